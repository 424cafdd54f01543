import FedowProtocol
import Model

/// Something a client asks the ledger to do, already authenticated; it runs inside the writer's transaction.
public protocol LedgerCommand: Sendable {
  /// Does it, wholly or not at all: what it wrote before it threw is undone.
  /// - Throws: `Rejection` or `Refusal` when it is not to be done.
  func perform(_ ledger: LedgerWriter) throws -> Answer
}

/// What a command works with: the tables, the batch's instant, and fresh ids.
public struct LedgerWriter {
  /// The tables, in the writer's transaction.
  public let books: Books
  /// The instant on the wall clock when this command's turn came.
  public let now: LedgerTime
  /// Makes ids.
  public let newID: @Sendable () -> EntityID
  /// With what records of authority are signed; nil where none is written.
  let keyring: ServerKeyring?
  /// The signed request that is being done, which the blocks made on it keep.
  private(set) var warrant: Warrant?

  init(
    books: Books, now: LedgerTime, newID: @escaping @Sendable () -> EntityID, keyring: ServerKeyring? = nil
  ) {
    self.books = books.at(now)
    self.now = now
    self.newID = newID
    self.keyring = keyring
  }

  /// The same for a request that was signed.
  func carrying(_ warrant: Warrant?) -> LedgerWriter {
    var writer = self
    writer.warrant = warrant
    return writer
  }
}

/// How a request that comes twice is known again.
public struct ReplayGuard: Hashable, Sendable {
  /// Whose request it is.
  public let place: EntityID
  /// What the request is known by.
  public let key: String
  /// What it says; the same key with other content is a conflict.
  public let content: String
  /// What else it is known by, together with what it says: whatever repeats that is the same request.
  public let signature: String?
  /// The status of a repetition; nil gives the first answer's.
  public let statusWhenRepeated: Int?

  /// A guard over a key and a content.
  public init(
    place: EntityID, key: String, content: String, signature: String? = nil, statusWhenRepeated: Int? = nil
  ) {
    self.place = place
    self.key = key
    self.content = content
    self.signature = signature
    self.statusWhenRepeated = statusWhenRepeated
  }
}
