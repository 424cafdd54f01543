import FedowProtocol
import Model

/// A refill by Stripe is begun: it is written down, with what it will be known by at Stripe, before Stripe is asked.
struct BeginCheckout: LedgerCommand {
  let place: EntityID
  let wallet: EntityID
  let body: JSON
  let terms: StripeTerms

  /// 201 with the checkout's id, which a repetition of the same request finds again.
  func perform(_ ledger: LedgerWriter) throws -> Answer {
    let place = try ledger.caller(self.place)
    guard let asset = try ledger.books.federatedAsset(), !asset.isArchived else { throw Refusal(.assetNotAccepted) }
    var fields = try RequestFields(body)
    let start = fields.text("start_return_url", atMost: 1500, isRequired: false)
    if let start, !Self.isReturnable(start) { fields.refuse("start_return_url", "Saisissez une URL valide.") }
    if start == nil, place.lespassDomain == nil { fields.refuse("start_return_url", "Ce champ est obligatoire.") }
    let isFixed = body["amount"].map { !$0.isNull } ?? false
    let amount = isFixed ? fields.amount("amount")?.minorUnits : nil
    if let amount, !(terms.minimum...terms.maximum).contains(amount) {
      fields.refuse("amount", "An amount from \(terms.minimum) to \(terms.maximum) cents.")
    }
    let signed = body["lespass_signed_data"].flatMap { $0.isNull ? nil : $0.text ?? $0.compact }
    if (signed?.utf8.count ?? 0) > 4000 { fields.refuse("lespass_signed_data", "At most 4000 bytes.") }
    try fields.check()
    let id = ledger.newID()
    let url =
      start.map { ($0.hasSuffix("/") ? $0 : $0 + "/") + id.text }
      ?? "https://\(place.lespassDomain ?? "")/my_account/\(id)/return_refill_wallet/"
    try ledger.books.insert(
      StripeCheckout(
        id: id, wallet: wallet, place: place.uuid, amount: amount, returnURL: url, signedData: signed, session: nil,
        url: nil, state: .created, createdAt: ledger.now))
    return Answer(status: 201, ["checkout": JSON(id.text)])
  }

  /// Where a person may be sent back to: over TLS, to a host, without anything that hides it.
  static func isReturnable(_ url: String) -> Bool {
    guard url.hasPrefix("https://"), url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return false }
    let host = url.dropFirst("https://".count).prefix { !"/?#".contains($0) }
    return CreatePlace.isDomain(String(host)) && !url.contains("#")
  }
}

/// Stripe made the page of a checkout.
struct OpenCheckout: LedgerCommand {
  let id: EntityID
  let session: String
  let url: String?

  func perform(_ ledger: LedgerWriter) throws -> Answer {
    try ledger.books.open(stripeCheckout: id, session: session, url: url, at: ledger.now)
    return Answer(status: 200, nil)
  }
}

/// The page of a checkout ended unpaid.
struct ExpireCheckout: LedgerCommand {
  let id: EntityID

  func perform(_ ledger: LedgerWriter) throws -> Answer {
    try ledger.books.expire(stripeCheckout: id, at: ledger.now)
    return Answer(status: 200, nil)
  }
}
