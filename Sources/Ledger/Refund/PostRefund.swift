import FedowProtocol
import Model
import Rules

/// `POST /v1/cards/{tag}/refund/`: pays back what the preview has shown, all of it in one posting.
///
/// What a place pays back is its policy's to say. A void also gives the card to nobody, at its origin alone; what is not
/// paid back stays in the wallet that the card opened.
public struct PostRefund: LedgerCommand {
  let place: EntityID
  let device: EntityID?
  let tag: String
  let body: JSON

  /// Refunds this card at this place, asked for by this device.
  public init(place: EntityID, device: EntityID?, tag: String, body: JSON) {
    self.place = place
    self.device = device
    self.tag = tag
    self.body = body
  }

  /// How a repetition is known: by the request's own id, and not by its signature.
  /// - Throws: `Refusal` with `request_malformed` when there is no id.
  public static func replayGuard(place: EntityID, tag: String, body: JSON) throws -> ReplayGuard {
    let id = try NativeBody(body).requiredID("id")
    return ReplayGuard(place: place, key: "refund:\(id)", content: "\(tag)\n\(body.pythonDump())")
  }

  /// 201 with the transactions, what was paid back and what remains.
  /// - Throws: `Refusal`, among others with `preview_outdated` when the truth is another than was shown.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let place = try ledger.caller(place)
    let fields = try NativeBody(body)
    let id = try fields.requiredID("id")
    let operatorTag = try fields.text("operator_card", atMost: 20)
    let reason = try fields.optionalText("reason", atMost: 1000)
    let isVoid = try fields.flag("void") ?? false
    guard let expected = fields.value("expected_total")?.int64, expected >= 0 else {
      throw Refusal(.requestMalformed, "expected_total is the total of the preview, in minor units.")
    }
    let operatorCard = try ledger.operatorCard(tag: operatorTag, at: place)
    let card = try ledger.books.refundable(tag: tag)
    guard !isVoid || card.origin == place.uuid else {
      throw Refusal(.forbidden, "Only the place that issued this card can free it; refund it without void.")
    }
    let plan = try ledger.books.refundPlan(
      of: card.wallet, at: place, paying: try ledger.books.policy(of: place.uuid).refund)
    guard plan.total == expected else { throw Refusal(.previewOutdated) }
    let metadata: JSON = ["refund_id": JSON(id.text), "reason": JSON(reason)]
    let details = PostingDetails(card: card.uuid, primaryCard: operatorCard, metadata: metadata)
    let posted = try card.wallet.map { try ledger.post(plan.postings(from: $0, at: place), details) } ?? []
    if isVoid { try ledger.free(card, at: place) }
    try note(plan, posted, isVoid: isVoid, reason: reason, operatorTag: operatorTag, ledger: ledger)
    let lines = zip(posted, plan.refunded).map { $0.receiptLine(asset: $1.asset) }
    return Answer(
      status: 201,
      .object(
        JSONObject(
          [("id", JSON(id.text)), ("card", JSON(tag)), ("transactions", .array(lines))]
            + (try plan.json { try ledger.books.shows($0, to: place) }) + [("void", .bool(isVoid))])))
  }

  private func note(
    _ plan: RefundPlan, _ posted: [Books.Posted], isVoid: Bool, reason: String?, operatorTag: String,
    ledger: LedgerWriter
  ) throws {
    try ledger.books.note(
      Books.AuditEntry(
        "card_refunded", place: place, device: device, operatorCard: operatorTag,
        detail: [
          "card": JSON(tag), "transactions": .array(posted.map { JSON($0.entry.id.text) }),
          "total": JSON(plan.total), "void": .bool(isVoid), "reason": JSON(reason),
        ]), at: ledger.now)
  }
}

extension Books {
  /// A card that can be refunded.
  func refundable(tag: String) throws -> Card {
    guard let card = try card(tag: tag) else { throw Refusal(.cardUnknown) }
    guard !card.isBlocked else { throw Refusal(.cardBlocked) }
    try checkNothingIsOwed(by: card)
    return card
  }
}

extension LedgerQueries {
  /// `GET /v1/cards/{tag}/refund/`: what a refund would pay back now, and what it would leave and why.
  public func refundPreview(tag: String, place: Books.Place) async throws -> Answer {
    try await store.read { books in
      let card = try books.refundable(tag: tag)
      let plan = try books.refundPlan(
        of: card.wallet, at: place, paying: try books.policy(of: place.uuid).refund)
      return Answer(
        .object(JSONObject([("card", JSON(tag))] + (try plan.json { try books.shows($0, to: place) }))))
    }
  }
}
