import FedowProtocol
import Hummingbird
import Kiosk
import Model

extension Response {
  init(status: HTTPResponse.Status = .ok, json: JSON) {
    let body = ByteBuffer(string: json.compact)
    self.init(
      status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: body))
  }

  init(_ refusal: Refusal) {
    self.init(status: refusal.code.status, json: .object(JSONObject(refusal.fields)))
  }
}

extension Refusal.Code {
  /// The status that goes with the code on the local API.
  var status: HTTPResponse.Status {
    switch self {
    case .requestMalformed, .amountInvalid, .uidMalformed, .uidRandom, .oneCardOnly, .cardUnreadable: .badRequest
    case .chargeUnknown, .cardUnknown, .notFound, .personUnknown: .notFound
    case .cardAmbiguous, .chargeBusy, .chargeExpired, .chargeNotCancellable, .notPaired, .idempotencyConflict,
      .alreadyExists, .configurationInvalid, .cardExists, .aliasCollision, .cardInUse, .cardReplaced, .tooLate,
      .previewOutdated, .moneyReserved, .reservationEnded, .clearingOpen, .clearingClosed, .clearingOutdated:
      .conflict
    case .voidNotYours, .operatorCardNeeded, .operatorCardExpired, .operatorCardLocked, .notAuthenticated,
      .notYoursToUnblock, .holderMustSign, .forbidden:
      .forbidden
    case .insufficientFunds, .cardBlocked, .cardUnsettled, .debitPending, .assetNotAccepted, .overCeiling,
      .ledgerRefused, .cardWalletMismatch, .primaryCardInvalid, .noDelegation, .overTapLimit, .overDayLimit,
      .overTotalLimit, .offlineLimit, .staleHotlist, .alreadyVoided, .voidTooLate, .voidNotCovered, .alreadySettled,
      .debitTooOld, .refundNotOffered, .refundElsewhere, .refundFederated, .refundNotMoney, .transferNotOffered,
      .transferToPlace, .transferToSelf, .overTransferLimit, .overTransferDayLimit, .overTransferTotalLimit,
      .membershipNone, .membershipExpired, .membershipNotBegun, .enteredAlready:
      .unprocessableContent
    case .requestTooLong: .contentTooLarge
    case .methodNotAllowed: .methodNotAllowed
    case .rateLimited: .tooManyRequests
    case .ledgerUnreachable, .outcomeUnknown, .signatureInvalid, .keyInvalid, .ledgerBroken, .pairingInvalid,
      .clockWrong, .stripeUnavailable:
      .badGateway
    case .storeUnavailable, .addressUnavailable, .readerMissing, .daemonUnreachable: .serviceUnavailable
    }
  }
}
