import Glibc

/// A thread of its own for calls that block in C, so that they never hold one of Swift's few cooperative threads.
enum BlockingThread {
  /// Runs the body on a new thread and resumes when it has returned; a cancelled task calls `stop`, which must make the
  /// body return soon.
  static func run(_ body: @escaping @Sendable () -> Void, onCancel stop: @escaping @Sendable () -> Void) async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        start {
          body()
          continuation.resume()
        }
      }
    } onCancel: {
      stop()
    }
  }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private static func start(_ body: @escaping @Sendable () -> Void) {
    let context = Unmanaged.passRetained(Body(body)).toOpaque()
    var thread = pthread_t()
    let result = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, context)
    if result == 0 {
      pthread_detach(thread)
    } else {
      // No thread to be had: the body runs here, which is slow but not wrong.
      Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
    }
  }
}
