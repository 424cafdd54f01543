import FedowProtocol
import Model

/// What became of a command.
typealias CommandOutcome = Result<Answer, any Error>

/// A command that waits for its turn, and who waits for it.
struct PendingCommand: Sendable {
  let command: any LedgerCommand
  let replay: ReplayGuard?
  /// By what it is found again: its key, and by what it was signed where that is another; digested by who sends the
  /// command, so that the writer need not.
  private let keys: [ReplyKey]
  let passport: Passport
  let continuation: CheckedContinuation<CommandOutcome, Never>

  init(
    command: any LedgerCommand, replay: ReplayGuard?, keys: [ReplyKey], passport: Passport,
    continuation: CheckedContinuation<CommandOutcome, Never>
  ) {
    self.command = command
    self.replay = replay
    self.keys = keys
    self.passport = passport
    self.continuation = continuation
  }

  /// The first answer again when the request was seen before; else performs it and keeps its answer with it.
  func perform(with writer: LedgerWriter) throws -> Answer {
    let writer = writer.carrying(try passport.confirm(in: writer.books))
    guard let replay, let key = keys.first else { return try command.perform(writer) }
    if let seen = try writer.books.reply(key) {
      guard seen.answers(replay.content) else { throw Rejection(Refusal(.idempotencyConflict)) }
      // It may have been signed anew, and that signature is known from now on too: alone it would post once more.
      for other in keys.dropFirst() where try writer.books.reply(other) == nil {
        try writer.books.keep(seen.answer, content: "", under: other, at: writer.now)
      }
      return replay.statusWhenRepeated.map { Answer(status: $0, body: seen.answer.body) } ?? seen.answer
    }
    for other in keys.dropFirst() { if let seen = try writer.books.reply(other) { return seen.answer } }
    let answer = try command.perform(writer)
    try writer.books.keep(answer, content: replay.content, under: key, at: writer.now)
    for other in keys.dropFirst() { try writer.books.keep(answer, content: "", under: other, at: writer.now) }
    return answer
  }
}

/// The bounded queue before the writer, as a state machine: it never suspends and never resumes anyone itself.
struct CommandQueue: ~Copyable {
  private let capacity: Int
  private var waiting: [PendingCommand] = []
  private var sleeper: CheckedContinuation<Void, Never>?
  private var isStopping = false

  init(capacity: Int) { self.capacity = capacity }

  enum Enqueued {
    /// In the queue; the writer that slept, if it did, is to be resumed.
    case wake(CheckedContinuation<Void, Never>?)
    /// Not taken, and why.
    case refuse(String)
  }

  mutating func enqueue(_ pending: PendingCommand) -> Enqueued {
    guard !isStopping else { return .refuse("The ledger is stopping; try again in a moment.") }
    guard waiting.count < capacity else { return .refuse("The ledger has too much to do; try again in a moment.") }
    waiting.append(pending)
    return .wake(takeSleeper())
  }

  enum Taken {
    case batch([PendingCommand])
    case empty
    case stopped
  }

  mutating func take(atMost count: Int) -> Taken {
    guard !waiting.isEmpty else { return isStopping ? .stopped : .empty }
    let batch = Array(waiting.prefix(count))
    waiting.removeFirst(batch.count)
    return .batch(batch)
  }

  /// Puts the writer to sleep; false when there is something to do already.
  mutating func wait(_ continuation: CheckedContinuation<Void, Never>) -> Bool {
    guard waiting.isEmpty, !isStopping else { return false }
    sleeper = continuation
    return true
  }

  /// Takes nothing more; gives back the writer if it slept.
  mutating func stop() -> CheckedContinuation<Void, Never>? {
    isStopping = true
    return takeSleeper()
  }

  private mutating func takeSleeper() -> CheckedContinuation<Void, Never>? {
    defer { sleeper = nil }
    return sleeper
  }
}
