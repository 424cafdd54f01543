import FedowProtocol
import GRDB
import Model

extension Books {
  /// A place of the federation.
  public struct Place: Hashable, Sendable {
    /// Its uuid.
    public let uuid: EntityID
    /// Its name.
    public let name: String
    /// Its wallet.
    public let wallet: EntityID
    /// What its till gave at the handshake.
    public let dokosID: String?
    /// The domain of its ticketing server.
    public let lespassDomain: String?
    /// Whether it was shut out.
    public let isDisabled: Bool

    /// How clients read it.
    public var answer: PlaceAnswer {
      PlaceAnswer(uuid: uuid, name: name, dokosID: dokosID, wallet: wallet, lespassDomain: lespassDomain)
    }
  }

  private static let placeColumns = "SELECT uuid, name, wallet, dokos_id, lespass_domain, disabled FROM places"

  private func place(_ row: Row) throws -> Place {
    Place(
      uuid: try row.id("uuid"), name: row["name"], wallet: try row.id("wallet"), dokosID: row["dokos_id"],
      lespassDomain: row["lespass_domain"], isDisabled: row["disabled"])
  }

  /// The place of this uuid.
  public func place(_ uuid: EntityID) throws -> Place? {
    if let place = memory?.places[uuid] { return place }
    let place = try row(Self.placeColumns + " WHERE uuid = ?", [uuid.text]).map(place)
    memory?.places[uuid] = place
    return place
  }

  /// The place of this wallet.
  public func place(wallet: EntityID) throws -> Place? {
    try row(Self.placeColumns + " WHERE wallet = ?", [wallet.text]).map(place)
  }

  /// The place of this name.
  public func place(named name: String) throws -> Place? {
    try row(Self.placeColumns + " WHERE name = ?", [name]).map(place)
  }

  /// All places, oldest first.
  public func places() throws -> [Place] {
    try rows(Self.placeColumns + " ORDER BY created_at, rowid").map(place)
  }

  func insertPlace(
    _ uuid: EntityID, name: String, wallet: EntityID, lespassDomain: String?, admin: EntityID? = nil,
    at now: LedgerTime
  ) throws {
    try insertWallet(wallet, name: name, at: now)
    try execute(
      "INSERT INTO places (uuid, name, wallet, lespass_domain, admin, created_at) VALUES (?, ?, ?, ?, ?, ?)",
      [uuid.text, name, wallet.text, lespassDomain, admin?.text, now.microseconds])
  }

  func setCashless(of place: EntityID, url: String, ip: String, dokosID: String) throws {
    try execute(
      "UPDATE places SET cashless_url = ?, cashless_ip = ?, dokos_id = ? WHERE uuid = ?",
      [url, ip, dokosID, place.text])
  }

  func isAdmin(user: EntityID, of place: EntityID) throws -> Bool {
    try row("SELECT 1 FROM places WHERE uuid = ? AND admin = ?", [place.text, user.text]) != nil
  }
}
