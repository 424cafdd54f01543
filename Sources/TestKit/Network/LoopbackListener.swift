import Glibc
import Synchronization

/// A port of this machine that the system chose, at which every connection gets a thread of its own; it can refuse
/// connections for a while without losing its number.
public final class LoopbackListener: Sendable {
  /// No socket could be had.
  public struct Failure: Error {}

  /// Its port.
  public let port: UInt16
  /// Holds the port while nobody listens.
  private let reservation: Int32
  private let listener = Mutex<Int32?>(nil)

  /// Takes a port, at which connections are refused until it is opened.
  /// - Throws: `Failure`.
  public init() throws {
    reservation = try Self.bound(to: 0)
    port = Self.port(of: reservation)
  }

  deinit { Glibc.close(reservation) }

  /// Listens, and hands over each connection, which is closed when `serve` returns; `serve` is kept until `close`.
  /// - Throws: `Failure`.
  public func open(serve: @escaping @Sendable (Int32) -> Void) throws {
    try listener.withLock { listener in
      guard listener == nil else { return }
      let descriptor = try Self.bound(to: port)
      guard listen(descriptor, 256) == 0 else { throw Failure() }
      listener = descriptor
      TestThread.start { Self.acceptAll(descriptor, serve) }
    }
  }

  /// Refuses connections, as a machine does on which nothing listens.
  public func close() {
    listener.withLock { listener in
      // The accepting thread closes it: were it closed here, the thread could accept at another's socket of that number.
      if let listener { shutdown(listener, Int32(SHUT_RDWR)) }
      listener = nil
    }
  }

  private static func acceptAll(_ descriptor: Int32, _ serve: @escaping @Sendable (Int32) -> Void) {
    while true {
      let connection = accept(descriptor, nil, nil)
      guard connection >= 0 else {
        if errno == EINTR || errno == ECONNABORTED { continue }
        break
      }
      // A program that is started meanwhile must not hold it open.
      _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
      TestThread.start {
        serve(connection)
        Glibc.close(connection)
      }
    }
    Glibc.close(descriptor)
  }

  private static func bound(to port: UInt16) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var yes: Int32 = 1
    for option in [SO_REUSEADDR, SO_REUSEPORT] {
      setsockopt(descriptor, SOL_SOCKET, option, &yes, socklen_t(MemoryLayout<Int32>.size))
    }
    let isBound = LoopbackAddress.with(port) { bind(descriptor, $0, $1) == 0 }
    guard descriptor >= 0, isBound else {
      Glibc.close(descriptor)
      throw Failure()
    }
    return descriptor
  }

  private static func port(of descriptor: Int32) -> UInt16 {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &length) }
    }
    return UInt16(bigEndian: address.sin_port)
  }
}
