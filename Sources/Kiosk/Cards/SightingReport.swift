import FedowProtocol
import Model

/// Tells the ledger of the blocked cards that were tapped here: durable first, sent when it answers, never in a
/// customer's way.
struct SightingReport: Sendable {
  let store: KioskStore
  let ledgers: LedgerSource

  /// Keeps it, and tells at once when that is possible.
  func note(_ sighting: Sighting) async {
    guard let ledger = try? ledgers.ledger(), ledger.dialect.name == NativeDialect.word else { return }
    guard (try? await store.insert(sighting)) != nil else { return }
    await send()
  }

  /// Tells what waits, in order, until the ledger does not answer. What it refuses is not told again.
  func send() async {
    guard let ledger = try? ledgers.ledger(), ledger.dialect.name == NativeDialect.word,
      let waiting = try? await store.waitingSightings()
    else { return }
    for sighting in waiting {
      let body: JSON = [
        "id": JSON(sighting.id.text), "reader": JSON(sighting.reader), "at": JSON(sighting.at.wire),
      ]
      do {
        _ = try await ledger.call("POST", "/v1/cards/\(sighting.card)/sighted/", body: body, patience: .zero)
      } catch {
        if error.code == .ledgerUnreachable || error.code == .rateLimited { return }
      }
      try? await store.forget(sighting: sighting.id)
    }
  }
}
