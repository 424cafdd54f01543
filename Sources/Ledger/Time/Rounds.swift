import Logging
import ServiceLifecycle

/// The same work again and again, until the service is told to stop.
///
/// A round that fails is tried again at the next; that it fails is told once, until one has gone well.
struct Rounds: Sendable {
  /// Between two rounds.
  let interval: Duration
  /// What is logged when a round fails.
  let complaint: String
  let logger: Logger

  /// Goes round; each round is given what the one before returned.
  func run<State: Sendable>(
    from state: State, _ round: @Sendable @escaping (State) async throws -> State
  ) async {
    await cancelWhenGracefulShutdown {
      var (state, isWarned) = (state, false)
      while !Task.isCancelled {
        do {
          state = try await round(state)
          isWarned = false
        } catch is CancellationError {
          return
        } catch {
          if !isWarned { logger.warning("\(complaint)", metadata: ["error": "\(error)"]) }
          isWarned = true
        }
        try? await Task.sleep(for: interval)
      }
    }
  }

  /// Goes round, and carries nothing from one to the next.
  func run(_ round: @Sendable @escaping () async throws -> Void) async {
    await run(from: ()) { try await round() }
  }
}
