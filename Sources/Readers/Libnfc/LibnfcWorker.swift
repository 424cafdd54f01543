import CLinux
import Glibc
import Model

/// The child's side: polls one libnfc device and writes frames, until the pipe or the device breaks.
public struct LibnfcWorker {
  /// The descriptor that the parent leaves open for the frames.
  public static let pipe: Int32 = 3
  /// The pause between two looks: short against a hand, long against a processor.
  static let pause: useconds_t = 30_000

  private let connstring: String
  private var last: WorkerFrame?

  /// Runs a worker for the device with this connection string, or, for nil, lists the devices that libnfc finds.
  /// - Returns: the exit code: 0 when the parent is gone or the list is written, 1 after a fault.
  public static func run(connstring: String?) -> Int32 {
    // The parent may be killed outright; nobody would then take a hung worker off the line.
    _ = fedow_die_with_parent()
    signal(SIGPIPE, SIG_IGN)
    guard let connstring else {
      for device in NFCDevice.discover() { guard write(.device(device)) else { break } }
      return 0
    }
    var worker = LibnfcWorker(connstring: connstring)
    guard let end = worker.poll() else { return 0 }
    _ = write(end)
    return 1
  }

  private init(connstring: String) { self.connstring = connstring }

  /// - Returns: why the device cannot be used; nil when nobody listens any more.
  private mutating func poll() -> WorkerFrame? {
    guard Self.write(.heartbeat) else { return nil }
    var lock: SerialLineLock?
    if let path = SerialLineLock.path(of: connstring) {
      do throws(SerialLineLock.Failure) {
        lock = try SerialLineLock(path: path)
      } catch {
        return error == .absent ? .absent : .fault("another program uses \(path)")
      }
    }
    // Held to the end of the polling, whatever ends it.
    return withExtendedLifetime(lock) { pollLocked() }
  }

  private mutating func pollLocked() -> WorkerFrame? {
    guard let device = NFCDevice(connstring: connstring) else { return .fault("no answer from \(connstring)") }
    guard Self.write(.ready) else { return nil }
    while true {
      switch look(device) {
      case .failure(let fault): return .fault(fault.why)
      case .success(let frame):
        // A heartbeat each round, the content only when it changes.
        guard Self.write(frame == last ? .heartbeat : frame) else { return nil }
        last = frame
      }
      usleep(Self.pause)
    }
  }

  private struct Fault: Error { let why: String }

  /// One look for a first card and, when there is one, for a second.
  private func look(_ device: NFCDevice) -> Result<WorkerFrame, Fault> {
    let first: NFCDevice.Target
    switch device.select() {
    case .nothing: return .success(.empty)
    case .failed(let why): return .failure(Fault(why: why))
    case .target(let target): first = target
    }
    guard device.halt() else { return .failure(Fault(why: "the device does not let the card go")) }
    let second = device.select()
    guard device.resetField() else { return .failure(Fault(why: "the device does not reset its field")) }
    switch second {
    case .failed(let why): return .failure(Fault(why: why))
    case .target(let target) where target != first: return .success(.several)
    case .target, .nothing: return .success(.tag(atqa: first.atqa, sak: first.sak, uid: first.uid))
    }
  }

  private static func write(_ frame: WorkerFrame) -> Bool {
    let bytes = frame.bytes
    // Under PIPE_BUF, so a pipe takes it whole or not at all (POSIX).
    return Glibc.write(pipe, bytes, bytes.count) == bytes.count
  }
}
