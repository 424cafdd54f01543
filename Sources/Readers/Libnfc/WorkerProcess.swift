import CLinux
import Glibc

/// A running worker and the reading end of its pipe; killed and reaped when this object goes.
final class WorkerProcess {
  private let process: pid_t
  private let pipe: Int32
  private var buffer: [UInt8] = []

  /// What waiting for a frame gave.
  enum News {
    case frame(WorkerFrame)
    /// Nothing came in time.
    case silence
    /// The worker is gone, or writes what is no frame.
    case ended
    /// Somebody wants the waiting to end.
    case interrupted
  }

  /// Starts the worker; nil when the system does not let us.
  init?(_ command: WorkerCommand, connstring: String?) {
    var ends: [Int32] = [-1, -1]
    guard fedow_pipe(&ends) == 0 else { return nil }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], LibnfcWorker.pipe)
    // Nothing else of the daemon's goes down: libnfc aborts on descriptors of 1024 and more.
    fedow_spawn_close_from(&actions, LibnfcWorker.pipe + 1)
    let texts = [command.executable] + command.arguments + (connstring.map { [$0] } ?? [])
    var arguments: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    let result = posix_spawn(&process, command.executable, &actions, nil, &arguments, environ)
    close(ends[1])
    guard result == 0 else {
      close(ends[0])
      return nil
    }
    self.process = process
    pipe = ends[0]
  }

  deinit {
    kill(process, SIGKILL)
    // After SIGKILL the wait is short, also for a worker that hung.
    while waitpid(process, nil, 0) == -1, errno == EINTR {}
    close(pipe)
  }

  /// Waits for the next frame, at most so long, or until the interrupting descriptor is readable.
  func next(milliseconds: Int32, interrupt: Int32) -> News {
    while true {
      do throws(WorkerFrameError) {
        if let frame = try WorkerFrame.take(from: &buffer) { return .frame(frame) }
      } catch {
        return .ended
      }
      var sources = [
        pollfd(fd: pipe, events: Int16(POLLIN), revents: 0), pollfd(fd: interrupt, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&sources, 2, milliseconds)
      if count < 0, errno == EINTR { continue }
      if sources[1].revents != 0 { return .interrupted }
      guard count > 0 else { return .silence }
      var bytes = [UInt8](repeating: 0, count: 1024)
      let length = read(pipe, &bytes, bytes.count)
      if length < 0, errno == EINTR { continue }
      guard length > 0 else { return .ended }
      buffer.append(contentsOf: bytes.prefix(length))
    }
  }
}
