import FedowProtocol
import Model

/// What a client is answered: a status of HTTP and a body of JSON.
public struct Answer: Sendable {
  /// The status of HTTP.
  public let status: Int
  private let content: Content
  /// For an answer that can be made again from the books: the posting whose receipt it is.
  let receipt: Receipt?
  /// Who else wants to hear of it, once it is committed.
  var notice: Notice?

  /// A posting's receipt, as a place reads it.
  struct Receipt: Sendable {
    let sequence: Int64
    let reader: EntityID?
  }

  private enum Content: Sendable {
    case text(String)
    case json(JSON)
  }

  /// An answer with a body as it stands.
  public init(status: Int, body: String) {
    self.status = status
    content = .text(body)
    receipt = nil
  }

  /// An answer with this body.
  public init(status: Int = 200, _ json: JSON) { self.init(status: status, json, receipt: nil) }

  init(status: Int, _ json: JSON, receipt: Receipt?) {
    self.status = status
    content = .json(json)
    self.receipt = receipt
  }

  /// The body, compact JSON; written where it is asked for, which is not where the ledger is written.
  public var body: String { String(decoding: bodyBytes, as: UTF8.self) }

  /// The body's UTF-8.
  public var bodyBytes: [UInt8] {
    switch content {
    case .text(let text): Array(text.utf8)
    case .json(let json): json.compactBytes
    }
  }
}

/// What a client would get, however it came about.
extension Answer: Hashable {
  /// Whether status and body are the same.
  public static func == (left: Answer, right: Answer) -> Bool {
    left.status == right.status && left.body == right.body
  }

  /// Hashes status and body.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(status)
    hasher.combine(body)
  }
}

/// A request that is answered with an error in the protocol's own shape; nothing is posted, nothing remembered.
public struct Rejection: Error, Hashable, Sendable {
  /// What the client gets.
  public let answer: Answer

  /// A rejection with this answer: one that was kept.
  public init(_ answer: Answer) { self.answer = answer }

  /// A rejection with this body.
  public init(status: Int, _ body: JSON) { answer = Answer(status: status, body) }

  /// An error of one field, as Django REST framework writes it.
  public init(field: String, _ message: String) { self.init(status: 400, [(field, message)]) }

  /// An error of the whole request.
  public init(_ message: String) { self.init(field: "non_field_errors", message) }

  /// Errors of several fields, in the order in which the fields are declared.
  public init(status: Int, _ errors: [(String, String)]) {
    self.init(status: status, .object(JSONObject(errors.map { ($0.0, JSON.array([JSON($0.1)])) })))
  }

  /// No such thing, in the words that clients know.
  public static func noSuch(_ kind: String) -> Rejection {
    Rejection(status: 404, ["detail": JSON("No \(kind) matches the given query.")])
  }

  /// The one answer to every failed authentication: it does not say what was wrong.
  public static let notAuthenticated = Rejection(
    status: 403, ["detail": "Informations d'authentification non fournies."])

  /// Known, but not allowed.
  public static let forbidden = Rejection(
    status: 403, ["detail": "Vous n'avez pas la permission d'effectuer cette action.", "code": "forbidden"])

  /// A card that opens nothing any more, as the tills of old read it.
  public static let cardBlocked = Rejection(
    status: 400, ["non_field_errors": ["Carte bloquée"], "code": "blocked_card"])

  /// A refusal with its stable code, where the tills of old look for a sentence.
  public static func readByTills(_ refusal: Refusal) -> Rejection {
    Rejection(status: 400, ["non_field_errors": [JSON(refusal.sentence)], "code": JSON(refusal.code.rawValue)])
  }

  /// A refusal with its stable code, as the native calls answer it.
  public init(_ refusal: Refusal, status: Int? = nil) {
    self.init(
      status: status ?? refusal.code.httpStatus,
      [
        "code": JSON(refusal.code.rawValue), "detail": JSON(refusal.sentence), "sentence": JSON(refusal.sentence),
      ])
  }
}

extension Refusal.Code {
  /// The status of HTTP that goes with the code.
  public var httpStatus: Int {
    switch self {
    case .cardUnknown, .notFound, .chargeUnknown, .personUnknown: 404
    case .cardBlocked, .cardUnsettled, .assetNotAccepted, .overCeiling, .signatureInvalid, .keyInvalid,
      .notAuthenticated, .forbidden, .pairingInvalid, .noDelegation, .overTapLimit, .overDayLimit, .overTotalLimit,
      .voidTooLate, .voidNotYours, .operatorCardExpired, .operatorCardLocked, .notYoursToUnblock, .holderMustSign,
      .refundNotOffered, .refundElsewhere, .refundFederated, .refundNotMoney, .transferNotOffered, .transferToPlace,
      .overTransferLimit, .overTransferDayLimit, .overTransferTotalLimit, .membershipNone, .membershipExpired,
      .membershipNotBegun, .enteredAlready:
      403
    case .methodNotAllowed: 405
    case .requestTooLong: 413
    case .rateLimited: 429
    case .insufficientFunds: 402
    case .idempotencyConflict, .alreadyExists, .chargeBusy, .alreadyVoided, .alreadySettled, .voidNotCovered,
      .cardExists, .aliasCollision, .cardInUse, .cardReplaced, .tooLate, .previewOutdated, .moneyReserved,
      .reservationEnded, .clearingOpen, .clearingClosed, .clearingOutdated:
      409
    case .storeUnavailable, .ledgerUnreachable, .stripeUnavailable: 503
    case .ledgerBroken: 500
    default: 400
    }
  }
}
