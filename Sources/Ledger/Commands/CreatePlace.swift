import FedowProtocol
import Model

/// `POST /place/`: the root ticketing server makes a place for one of its own, with its administrator.
public struct CreatePlace: LedgerCommand {
  let key: APIKey
  let body: JSON

  /// Makes the place of this body, for who holds this key.
  public init(key: APIKey, body: JSON) {
    self.key = key
    self.body = body
  }

  /// 201 with the place and the key that it speaks with.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let books = ledger.books
    guard try books.key(key, purpose: .createPlace) != nil else { throw Rejection.notAuthenticated }
    var fields = try RequestFields(body)
    let domain = fields.text("place_domain", atMost: 253)
    let name = fields.text("place_name", atMost: 100)
    if let name, try books.place(named: name) != nil { fields.refuse("place_name", "Place name already exists") }
    if let domain, !Self.isDomain(domain) { fields.refuse("place_domain", "Saisissez un nom de domaine valide.") }
    let person = PersonKey(&fields, email: "admin_email", pem: "admin_pub_pem")
    try fields.check()
    guard let domain, let name, let person else { throw Refusal(.requestMalformed) }
    guard let (admin, _) = try ledger.person(person) else {
      throw Rejection(field: "admin_pub_pem", "Invalid pub pem")
    }
    let (uuid, lasting) = (ledger.newID(), APIKey.generate())
    try books.insertPlace(
      uuid, name: name, wallet: ledger.newID(), lespassDomain: domain.lowercased(), admin: admin.uuid, at: ledger.now)
    try books.insertKey(lasting, purpose: .place, place: uuid, name: "ticketing", at: ledger.now)
    guard var answer = try books.place(uuid)?.answer.json.object else { throw Refusal(.ledgerBroken) }
    answer["key"] = JSON(lasting.text)
    return Answer(status: 201, .object(answer))
  }

  /// A host name, perhaps with a port: what the server will call must not lead anywhere else.
  static func isDomain(_ text: String) -> Bool {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let isPort = parts.count == 1 || parts.count == 2 && (UInt16(parts[1]) ?? 0) > 0
    let labels = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    return isPort
      && labels.allSatisfy { label in
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
          && label.utf8.allSatisfy {
            $0 == UInt8(ascii: "-") || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39)
          }
      }
  }
}
