import FedowProtocol
import GRDB
import Model

extension Administration {
  /// Shuts a place out, or lets it in again; its money and its history stay. It counts from the next request on.
  /// - Throws: `Refusal` with `not_found`.
  public func setDisabled(_ disabled: Bool, place: String) async throws -> Books.Place {
    try await write { ledger in
      let uuid = try ledger.books.existingPlace(place).uuid
      try ledger.books.execute("UPDATE places SET disabled = ? WHERE uuid = ?", [disabled, uuid.text])
      return try ledger.books.existingPlace(uuid.text)
    }
  }

  /// Copies the ledger into a new file while it is in use; the copy is one consistent state.
  /// - Throws: `Refusal` with `store_unavailable`.
  public func backUp(to path: String) throws(Refusal) {
    do {
      let copy = try DatabaseQueue(path: path)
      try store.pool.backup(to: copy)
      try copy.close()
    } catch {
      throw Refusal(.storeUnavailable, "The copy to \(path) failed: \(error)")
    }
  }

  /// All assets.
  public func assets() async throws -> [Books.Asset] { try await store.read { try $0.assets() } }
}
