/// One run of a simulated process, from its start to its end or its death.
///
/// When it dies its disk, its network and its clock are cut off in that instant. What then is left of its code is unwound
/// by errors and cancellation, and can reach nothing any more.
final class Life: @unchecked Sendable {
  // Unchecked because one thread alone touches it: the simulation's.

  let name: String
  private(set) var isOver = false
  private var endings: [Int: () -> Void] = [:]
  private var numbers = 0

  init(_ name: String) { self.name = name }

  /// Has something done when the process dies; gives the number to take that back by.
  func atEnd(_ act: @escaping () -> Void) -> Int {
    numbers += 1
    endings[numbers] = act
    return numbers
  }

  func forget(_ number: Int) { endings[number] = nil }

  func end() {
    guard !isOver else { return }
    isOver = true
    let due = endings.sorted { $0.key < $1.key }.map(\.value)
    endings = [:]
    for act in due { act() }
  }
}

/// The process in which this was asked is no more.
struct LifeOver: Error {}

extension Scheduler {
  /// Waits for what `begin` sets going, as long as the process lives.
  ///
  /// `begin` is given what ends the waiting; only its first call counts.
  /// - Parameter isCancellable: whether it ends with its task, too; what moves money is worth waiting for.
  /// - Throws: `LifeOver` when the process dies meanwhile, `CancellationError` when the task is cancelled.
  func wait<Value: Sendable>(
    in life: Life, isCancellable: Bool = true, _ begin: (@escaping (Value) -> Void) -> Void
  ) async throws -> Value {
    guard !life.isOver else { throw LifeOver() }
    let waiting = Waiting<Value>()
    let number = life.atEnd { waiting.end(.failure(LifeOver())) }
    defer { life.forget(number) }
    return try await withTaskCancellationHandler {
      try await withUnsafeThrowingContinuation { continuation in
        waiting.begin(continuation)
        if isCancellable && Task.isCancelled {
          waiting.end(.failure(CancellationError()))
        } else {
          begin { waiting.end(.success($0)) }
        }
      }
    } onCancel: {
      if isCancellable { waiting.end(.failure(CancellationError())) }
    }
  }
}

extension Scheduler {
  /// Lets a task of a process wait.
  /// - Throws: as `wait`.
  func sleep(_ duration: Duration, in life: Life, isCancellable: Bool = true) async throws {
    let _: Bool = try await wait(in: life, isCancellable: isCancellable) { [self] wake in after(duration) { wake(true) }
    }
  }
}

/// A continuation that is resumed once, whoever comes first.
private final class Waiting<Value: Sendable>: @unchecked Sendable {
  // Unchecked because one thread alone touches it: the simulation's.
  private var continuation: UnsafeContinuation<Value, any Error>?

  func begin(_ continuation: UnsafeContinuation<Value, any Error>) { self.continuation = continuation }

  func end(_ result: Result<Value, any Error>) {
    let waiting = continuation
    continuation = nil
    waiting?.resume(with: result)
  }
}
