import FedowProtocol
import Model

/// `POST /card/`: a batch of cards of one generation, all or none.
public struct CreateCards: LedgerCommand {
  let place: EntityID
  let body: JSON

  /// The most cards in one request.
  static let batchLimit = 10_000

  /// Creates the cards of this body for this place.
  public init(place: EntityID, body: JSON) {
    self.place = place
    self.body = body
  }

  /// The number of cards as a JSON string.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let place = try ledger.caller(place)
    guard let items = body.elements else { throw Rejection("Une liste de cartes est attendue.") }
    guard items.count <= Self.batchLimit else { throw Rejection("At most \(Self.batchLimit) cards per request") }
    if let uuid = items.first?["uuid"]?.text.flatMap({ EntityID($0) }), try ledger.books.card(uuid) != nil {
      throw Self.errors([[("uuid", "Un objet card avec ce champ uuid existe déjà.")]], status: 409)
    }
    var cards: [(card: Books.NewCard, isPrimary: Bool)] = []
    var seen = Seen()
    var errors: [[(String, String)]] = []
    for item in items {
      let read = try read(item, ledger: ledger, seen: &seen, generation: cards.first?.card.generation)
      errors.append(read.errors)
      if let card = read.card { cards.append((card, read.isPrimary)) }
    }
    guard errors.allSatisfy(\.isEmpty) else { throw Self.errors(errors, status: 400) }
    for (card, isPrimary) in cards {
      try ledger.books.insertCard(card, origin: place.uuid, at: ledger.now)
      if isPrimary { try ledger.books.setPrimary(true, card: card.uuid, at: place.uuid) }
    }
    return Answer(status: 201, JSON(String(cards.count)))
  }

  private static func errors(_ errors: [[(String, String)]], status: Int) -> Rejection {
    Rejection(
      status: status,
      .array(errors.map { .object(JSONObject($0.map { ($0.0, JSON.array([JSON($0.1)])) })) }))
  }

  /// What this request has used already, so that it cannot use it twice.
  private struct Seen {
    var values: Set<String> = []

    mutating func isNew(_ kind: String, _ value: String) -> Bool { values.insert("\(kind)=\(value)").inserted }
  }

  private func read(
    _ item: JSON, ledger: LedgerWriter, seen: inout Seen, generation: Int64?
  ) throws -> (card: Books.NewCard?, isPrimary: Bool, errors: [(String, String)]) {
    guard item.object != nil else {
      return (nil, false, [("non_field_errors", "Données invalides. Un dictionnaire est attendu.")])
    }
    var fields = try RequestFields(item)
    let uuid = fields.id("uuid", isRequired: false) ?? ledger.newID()
    let tag = fields.text("first_tag_id", atMost: 8)
    let complete = fields.id("complete_tag_id_uuid", isRequired: false)
    let qrcode = fields.id("qrcode_uuid")
    let number = fields.text("number_printed", atMost: 8)
    let batch = fields.integer("generation")
    let isPrimary = fields.flag("is_primary")
    if let generation, let batch, generation != batch { fields.refuse("generation", "One generation per request") }
    let books = ledger.books
    let taken: [(String, String?, (String) throws -> Bool)] = [
      ("uuid", uuid.text, { _ in try books.card(uuid) != nil }),
      ("first_tag_id", tag, { try books.card(tag: $0) != nil }),
      ("qrcode_uuid", qrcode?.text, { _ in try qrcode.flatMap { try books.card(qrcode: $0) } != nil }),
      ("number_printed", number, { try books.card(numberPrinted: $0) != nil }),
      ("complete_tag_id_uuid", complete?.text, { try books.hasCard(completeTagID: $0) }),
    ]
    for (field, value, isTaken) in taken {
      guard let value else { continue }
      if try !seen.isNew(field, value) || isTaken(value) {
        fields.refuse(field, "Un objet card avec ce champ \(field) existe déjà.")
      }
    }
    guard fields.errors.isEmpty, let tag, let qrcode, let number, let batch else { return (nil, false, fields.errors) }
    let card = Books.NewCard(
      uuid: uuid, firstTagID: tag, fullUID: nil, completeTagID: complete?.text, qrcode: qrcode, numberPrinted: number,
      generation: batch)
    return (card, isPrimary, [])
  }
}

extension Books {
  func hasCard(completeTagID: String) throws -> Bool {
    try row("SELECT 1 FROM cards WHERE complete_tag_id = ?", [completeTagID]) != nil
  }
}
