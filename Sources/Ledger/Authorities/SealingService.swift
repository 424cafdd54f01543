import Logging
import Model
import ServiceLifecycle

/// Puts what was posted under seals, a moment later and beside the writer: a sale waits for no signature of the server's.
///
/// At its start it seals what an end in the middle left, at its stop what came last.
public struct SealingService: Service {
  /// Tells of commits; giving it to the writer costs it nothing.
  public struct Bell: Sendable {
    fileprivate let strokes: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    /// A bell that nobody has rung.
    public init() {
      (strokes, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Something was committed.
    public func ring() { continuation.yield() }
  }

  private let store: LedgerStore
  private let postings: PostingService
  private let bell: Bell
  private let delay: Duration
  private let interval: Duration
  private let logger: Logger

  /// - Parameters:
  ///   - bell: is rung by the writer after each commit.
  ///   - delay: between a commit and its seal, in which more comes under the same one.
  ///   - interval: between two looks for what other processes wrote.
  public init(
    store: LedgerStore, postings: PostingService, bell: Bell, delay: Duration = .milliseconds(250),
    interval: Duration = .seconds(60), logger: Logger
  ) {
    self.store = store
    self.postings = postings
    self.bell = bell
    self.delay = delay
    self.interval = interval
    self.logger = logger
  }

  /// Seals until the service is told to stop.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          while !Task.isCancelled {
            bell.ring()
            try? await Task.sleep(for: interval)
          }
        }
        group.addTask {
          var isWarned = false
          for await _ in bell.strokes {
            try? await Task.sleep(for: delay)
            if Task.isCancelled { break }
            isWarned = await !sealed(isWarned: isWarned)
          }
        }
      }
    }
    _ = await sealed(isWarned: false)
  }

  /// Whether everything is sealed now.
  private func sealed(isWarned: Bool) async -> Bool {
    do {
      try await sealAll()
    } catch is CancellationError {
      return true
    } catch {
      if !isWarned { logger.error("blocks are not sealed", metadata: ["error": "\(error)"]) }
      return false
    }
    return true
  }

  /// Seals until nothing is left; the writer must run.
  /// - Throws: `Refusal` with `key_invalid` when the server's key cannot be opened, `ledger_broken` when blocks are missing.
  public func sealAll() async throws {
    while let seal = try await store.nextSeal() { _ = try await postings.submit(AppendSeal(seal: seal)) }
  }
}
