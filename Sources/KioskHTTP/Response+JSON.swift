import FedowProtocol
import Hummingbird
import Model

extension Response {
  init(status: HTTPResponse.Status = .ok, json: JSON) {
    let body = ByteBuffer(string: json.compact)
    self.init(
      status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: body))
  }

  init(_ refusal: Refusal) {
    self.init(
      status: refusal.code.status,
      json: [
        "code": JSON(refusal.code.rawValue), "sentence": JSON(refusal.sentence),
        "sentence_fr": JSON(refusal.code.sentenceInFrench),
      ])
  }
}

extension Refusal.Code {
  /// The status that goes with the code on the local API.
  var status: HTTPResponse.Status {
    switch self {
    case .requestMalformed, .amountInvalid, .uidMalformed, .uidRandom, .oneCardOnly, .cardUnreadable: .badRequest
    case .chargeUnknown, .cardUnknown, .notFound: .notFound
    case .chargeBusy, .chargeNotCancellable, .notPaired, .idempotencyConflict, .alreadyExists, .configurationInvalid:
      .conflict
    case .insufficientFunds, .cardBlocked, .cardUnsettled, .assetNotAccepted, .ledgerRefused, .cardWalletMismatch,
      .primaryCardInvalid, .noDelegation, .overTapLimit, .overDayLimit, .overTotalLimit, .alreadyVoided,
      .voidTooLate, .voidNotYours, .voidNotCovered, .alreadySettled, .operatorCardExpired, .operatorCardLocked,
      .debitTooOld:
      .unprocessableContent
    case .requestTooLong: .contentTooLarge
    case .methodNotAllowed: .methodNotAllowed
    case .rateLimited: .tooManyRequests
    case .notAuthenticated, .forbidden: .forbidden
    case .ledgerUnreachable, .outcomeUnknown, .signatureInvalid, .keyInvalid, .ledgerBroken, .pairingInvalid,
      .clockWrong:
      .badGateway
    case .storeUnavailable, .addressUnavailable, .readerMissing, .daemonUnreachable: .serviceUnavailable
    }
  }
}
