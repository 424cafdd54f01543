import FedowProtocol
import Foundation
import Ledger
import Logging
import Model
import TestKit

/// A whole ledger on a disk, small enough to be audited again and again: a place, two moneys, cards with money, a person.
final class LedgerStage: Sendable {
  let store: LedgerStore
  let postings: PostingService
  let place: EntityID
  /// What stands for what in the text of a command, because the ids are new in every ledger.
  let names: [(word: String, id: String)]
  private let folder = TemporaryFolder()
  private let writer: Task<Void, any Error>

  static let tags = ["333C9A6E", "68B87420", "55B1B557", "AB12CD34"]

  init() async throws {
    // Without a loss of power to be survived, memory will do, where the disk's fsync would be all that is measured.
    let memory = ProcessInfo.processInfo.environment["FUZZ_DIRECTORY"]
    let directory = memory.map { "\($0)/\(EntityID.random())" } ?? folder.path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    store = try LedgerStore(path: directory + "/ledger.sqlite")
    let administration = Administration(store: store)
    _ = try await administration.install(serverName: "Fuzz", domain: "http://ledger.test")
    let bar = try await administration.createPlace(name: "Bar").place
    place = bar.uuid
    let euro = try await administration.createAsset(
      place: "Bar", name: "Euro", currency: "EUB", category: .localFiat)
    let gift = try await administration.createAsset(place: "Bar", name: "Gift", currency: "CAD", category: .gift)
    let lines = Self.tags.map { tag -> String in
      let id = EntityID.random()
      return "https://ledger.test/qr/\(id),\(tag),\(tag)"
    }
    _ = try await administration.importCards(try CardFile(lines.joined(separator: "\n")), place: "Bar", generation: 1)
    _ = try await administration.setPrimary(tag: Self.tags[0], place: "Bar")
    let logger = Logger(label: "fuzz", factory: { _ in SwiftLogNoOpLogHandler() })
    let postings = PostingService(store: store, logger: logger)
    self.postings = postings
    writer = Task { try await postings.run() }
    var names = [
      ("$place", place.text), ("$till", bar.wallet.text), ("$euro", euro.uuid.text), ("$gift", gift.uuid.text),
    ]
    for (number, tag) in Self.tags.enumerated() {
      _ = try await postings.submit(ReadCard(place: place, tag: tag))
      if let card = try await store.read({ try $0.card(tag: tag) }) {
        names += [("$card\(number)", card.uuid.text), ("$wallet\(number)", card.wallet?.text ?? "")]
      }
    }
    self.names = names
    for asset in ["$euro", "$gift"] {
      let refill = #"""
        {"amount": 5000, "sender": "$till", "receiver": "$wallet1", "asset": "\#(asset)",
         "user_card_firstTagId": "68B87420", "primary_card_fisrtTagId": "333C9A6E"}
        """#
      _ = try await postings.submit(PostTransaction(place: place, body: try JSON.parse(named(refill))))
    }
  }

  /// Ends the writer with what it has.
  func close() { writer.cancel() }

  /// The text with our ids in the place of their names.
  func named(_ text: String) -> String {
    guard text.contains("$") else { return text }
    return names.reduce(text) { $0.replacingOccurrences(of: $1.word, with: $1.id) }
  }

  /// The id behind a name.
  func id(_ word: String) -> EntityID { names.first { $0.word == word }.flatMap { EntityID($0.id) } ?? place }
}
