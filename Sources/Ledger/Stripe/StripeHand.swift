import FedowProtocol
import Model

/// By whom what Stripe says changes the ledger: the server's own writer, or a command beside it.
struct StripeHand: Sendable {
  let store: LedgerStore
  let clock: @Sendable () -> LedgerTime
  let perform: @Sendable (any LedgerCommand) async throws -> Answer

  /// The server's own writer.
  init(store: LedgerStore, postings: PostingService, clock: @escaping @Sendable () -> LedgerTime) {
    self.store = store
    self.clock = clock
    perform = { try await postings.submit($0) }
  }

  /// A command beside the server.
  init(_ administration: Administration) {
    store = administration.store
    clock = administration.clock
    perform = { command in try await administration.write { try command.perform($0) } }
  }
}
