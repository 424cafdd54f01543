import Glibc

/// Brings the jobs of Swift's concurrency that are enqueued on a simulation's thread to that simulation, and leaves all
/// others where they go.
///
/// An executor preference alone would not do: unstructured tasks, which the service library starts, do not inherit it.
enum JobHook {
  // The runtime calls it with Swift's own convention (`swift_task_enqueueGlobal_hook` in the runtime's Concurrency.h).
  private typealias Original = @convention(thin) (UnownedJob) -> Void
  private typealias Hook = @convention(thin) (UnownedJob, Original) -> Void

  /// What jobs that were enqueued globally run on, in the runtime's own representation: no identity and no implementation
  /// (`SerialExecutorRef::generic` in its `ABI/Executor.h`).
  ///
  /// On any other executor such a task would hop to the global one wherever it may, and a library that holds a lock across
  /// a call of which it knows that it does not suspend there would then hold it across others' jobs, for ever.
  static let global = unsafeBitCast((0, 0), to: UnownedSerialExecutor.self)

  /// The simulation of the thread that asks; set by `Scheduler.run` alone.
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()

  /// Whether the hook could be installed, once for the process.
  static let isInstalled: Bool = {
    guard MemoryLayout<UnownedSerialExecutor>.size == MemoryLayout<(Int, Int)>.size,
      let symbol = dlsym(dlopen(nil, RTLD_LAZY), "swift_task_enqueueGlobal_hook")
    else { return false }
    symbol.assumingMemoryBound(to: Hook?.self).pointee = { job, original in
      if let scheduler = JobHook.current { scheduler.enqueue(job) } else { original(job) }
    }
    return true
  }()

  static var current: Scheduler? {
    pthread_getspecific(key).map { Unmanaged<Scheduler>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Makes this thread the scheduler's while the body runs.
  static func with<Value>(_ scheduler: Scheduler, _ body: () throws -> Value) rethrows -> Value {
    pthread_setspecific(key, Unmanaged.passUnretained(scheduler).toOpaque())
    defer { pthread_setspecific(key, nil) }
    return try body()
  }
}
