import FedowProtocol
import Model
import Rules
import Signing
import Transport

/// ledgerd's own call: one posting for all parts, idempotent by the tap's id.
public struct NativeDialect: LedgerDialect {
  /// The word of this dialect.
  public static let word = "native"

  /// Whether the ledger that is spoken to in this dialect keeps that it refused an offline debit, and holds its card, until
  /// somebody settles it; a Fedow server keeps no refusals.
  static func keepsRefusals(_ dialect: String) -> Bool { dialect == word }
  /// `native`.
  public let name = NativeDialect.word
  /// The tap's id is the ledger's key.
  public let isIdempotent = true
  /// The same bytes may be sent again at once.
  public let settlingTime = Duration.zero
  /// One posting takes all of them.
  public let debitsSeveralAssets = true

  private let primaryCard: String?
  private let identity: Identity?

  /// Who this kiosk is in the answers and requests of the native calls.
  public struct Identity: Hashable, Sendable {
    /// Its place.
    public let place: EntityID
    /// Who is paid.
    public let placeWallet: EntityID
    /// Its own id among the place's devices; nil when it was paired by the tills' handshake.
    public let device: EntityID?

    /// An identity.
    public init(place: EntityID, placeWallet: EntityID, device: EntityID?) {
      self.place = place
      self.placeWallet = placeWallet
      self.device = device
    }
  }

  /// - Parameters:
  ///   - primaryCard: the tag id of the operator's card that is named in each debit; nil for none.
  ///   - identity: who the kiosk is; without it cards are read in the Fedow protocol's way.
  public init(primaryCard: String?, identity: Identity? = nil) {
    self.primaryCard = primaryCard
    self.identity = identity
  }

  /// `GET /v1/cards/{tag}/`.
  public func cardPath(_ firstTagID: String) -> String {
    identity == nil ? "/card/\(firstTagID)/" : "/v1/cards/\(firstTagID)/"
  }

  /// The native card, or one in the Fedow protocol's shape that an older directory still holds.
  public func reading(parsing body: [UInt8]) -> CardReading? {
    identity.flatMap { CardReading(native: body, place: $0.place, placeWallet: $0.placeWallet) }
      ?? CardReading(parsing: body)
  }

  /// Makes and signs `POST /v1/debits/`.
  public func sign(_ order: DebitOrder, with credentials: PlaceCredentials) throws(Refusal) -> SignedDebit {
    let parts = order.parts.map { part -> JSON in
      ["asset": JSON(part.asset.text), "amount": JSON(part.amount.minorUnits)]
    }
    var body = JSONObject([
      ("id", JSON(order.id.text)), ("card", JSON(order.reading.card.firstTagID)), ("parts", .array(parts)),
    ])
    if let comment = order.comment { body["comment"] = JSON(comment) }
    if let primaryCard { body["primary_card"] = JSON(primaryCard) }
    if let device = identity?.device { body["device"] = JSON(device.text) }
    if let authority = order.authority { body["delegation"] = JSON(authority.text) }
    if let time = order.decidedAt { body["decided_at"] = JSON(time.wire) }
    body["is_offline"] = .bool(order.isOffline)
    if let entrance = order.entrance { body["entrance"] = entrance.json }
    return try SignedDebit(
      id: order.id, card: order.reading.card.firstTagID, wallet: order.reading.card.wallet, path: "/v1/debits/",
      body: .object(body), credentials: credentials, payee: identity?.placeWallet)
  }

  /// Makes and signs `POST /v1/debits/{id}/void/`.
  public func sign(_ order: VoidOrder, with credentials: PlaceCredentials) throws(Refusal) -> SignedDebit {
    let body: JSON = [
      "id": JSON(order.id.text), "operator_card": JSON(order.operatorCard), "reason": JSON(order.reason),
    ]
    return try SignedDebit(
      id: order.id, card: order.card, wallet: order.wallet, path: "/v1/debits/\(order.debit.text)/void/", body: body,
      credentials: credentials, payee: identity?.placeWallet)
  }

  /// The kiosk has another key than the one that signed: its place vouches for the same request with the key of today.
  ///
  /// The old key need not be good any more for that, and gains nothing by it: what it signed is never taken again.
  public func renewed(_ debit: SignedDebit, with credentials: PlaceCredentials) throws(Refusal) -> SignedDebit? {
    guard let identity, debit.payee == identity.placeWallet, let body = try? JSON.parse(debit.body),
      var object = body.object
    else { return nil }
    let isOurs =
      Base64URL.decode(debit.signature).map {
        credentials.key.publicKey.isValid(signature: $0, for: SignedMessage.post(body))
      } ?? false
    let isNamed = object["device"].map { $0.text == identity.device?.text } ?? true
    guard !isOurs || !isNamed else { return nil }
    if object["device"] != nil { object["device"] = JSON(identity.device?.text) }
    return try SignedDebit(
      id: debit.id, card: debit.card, wallet: debit.wallet, path: debit.path, body: .object(object),
      credentials: credentials, witness: debit.witness, payee: debit.payee)
  }

  /// 201 and 200 carry the receipt; a refusal carries `code` and `sentence`.
  public func outcome(of debit: SignedDebit, answer: HTTPResponse, isOnly: Bool) -> DebitOutcome {
    switch answer.status {
    case 200, 201:
      guard let json = try? JSON.parse(answer.body), json["id"]?.text == debit.id.text,
        let receipt = debit.isVoid ? Receipt(void: json, card: debit.card) : Receipt(json)
      else { return .undecided("the ledger's receipt could not be read") }
      return .posted(receipt)
    case 400...499:
      // The ledger keeps what it decides about an id; what it says of the request around it, or of the clock, it does
      // not, so on a repetition that says nothing of the first sending. A void comes after its debit has ended: that the
      // ledger has no such debit, because it was refused, is its last word.
      return isOnly || LedgerRefusal.isDecision(answer) || debit.isVoid && LedgerRefusal.isUnknown(answer)
        ? .refused(LedgerRefusal.reading(answer)) : .undecided("HTTP \(answer.status)")
    default:
      return .undecided("HTTP \(answer.status)")
    }
  }

  /// `GET /v1/debits/{id}/`.
  public func inquiry(about debit: SignedDebit, isSettled: Bool) -> any DebitInquiry {
    NativeInquiry(dialect: self, debit: debit)
  }

  /// 200 is the receipt, or the refusal that the ledger keeps under this id; 404 with code `not_found` is its word that it
  /// has none.
  fileprivate func outcome(of debit: SignedDebit, inquiry: HTTPResponse) -> DebitOutcome {
    switch inquiry.status {
    case 200: LedgerRefusal.kept(inquiry).map { .refused($0) } ?? outcome(of: debit, answer: inquiry, isOnly: false)
    case 404 where LedgerRefusal.isUnknown(inquiry): .absent
    default: .undecided("HTTP \(inquiry.status)")
    }
  }
}

/// One question by the debit's id, which this ledger knows.
private struct NativeInquiry: DebitInquiry {
  let dialect: NativeDialect
  let debit: SignedDebit

  mutating func next(after answer: HTTPResponse?) -> InquiryStep {
    answer.map { .conclude(dialect.outcome(of: debit, inquiry: $0)) } ?? .ask("/v1/debits/\(debit.id.text)/")
  }
}
