import CLinux
import Glibc
import Synchronization

/// A genuine pcscd with the virtual reader's two slots, private to this process.
///
/// pcscd insists on `/run/pcscd`, so it runs in a mount namespace of its own in which that is a directory of ours, where
/// its socket can be reached by `PCSCLITE_CSOCK_NAME`. That takes root; a user who is not root needs sudo without password.
public final class PcscdHarness: Sendable {
  private struct Daemon {
    var process: pid_t?
    var ports: [UInt16] = []
  }

  /// The ports of the two slots, new at each start: below 32768, where no outgoing connection of another program can take
  /// them.
  public var ports: [UInt16] { daemon.withLock { $0.ports } }
  /// What libpcsclite must find in `PCSCLITE_CSOCK_NAME`.
  public let socketPath: String
  private let directory: String
  private let daemon = Mutex(Daemon())

  /// Keeps pcscd's socket, configuration and log in the directory.
  public init(directory: String) {
    self.directory = directory
    socketPath = directory + "/run/pcscd.comm"
    for path in [directory, directory + "/run", directory + "/readers"] { mkdir(path, 0o755) }
  }

  deinit { kill() }

  /// A port that a pcscd has just left may not be had again at once, and pcscd does not say so.
  private func configure() throws(PcscdError) {
    guard let firstPort = Self.freePair() else { throw PcscdError("no two free ports in a row below 32768") }
    daemon.withLock { $0.ports = [firstPort, firstPort + 1] }
    let configuration = """
      FRIENDLYNAME "Virtual PCD"
      DEVICENAME /dev/null:0x\(String(firstPort, radix: 16))
      LIBPATH /usr/lib/pcsc/drivers/serial/libifdvpcd.so
      CHANNELID 0x\(String(firstPort, radix: 16))

      """
    guard let file = fopen(directory + "/readers/vpcd", "w") else { throw PcscdError("cannot write in \(directory)") }
    fputs(configuration, file)
    fclose(file)
  }

  /// Starts pcscd and waits until its socket takes connections.
  public func start() throws(PcscdError) {
    try configure()
    let script = """
      mkdir -p /run/pcscd && mount --bind "$0/run" /run/pcscd && exec pcscd --foreground -c "$0/readers" >"$0/log" 2>&1
      """
    let child = try Self.spawnAsRoot(["unshare", "-m", "sh", "-c", script, directory])
    daemon.withLock { $0.process = child }
    guard waitForConnection() else { throw PcscdError("pcscd did not come up; see \(directory)/log") }
  }

  /// Kills pcscd as a crash would (SIGKILL) and reaps it.
  public func kill() {
    guard
      let child = daemon.withLock({ daemon in
        defer { daemon.process = nil }
        return daemon.process
      })
    else { return }
    if geteuid() == 0 {
      Glibc.kill(child, SIGKILL)
    } else if let killer = try? Self.spawnAsRoot(["pkill", "-KILL", "-f", "--", directory + "/readers"]) {
      // sudo's children are root's, and so is killing them.
      Self.reap(killer)
    }
    Self.reap(child)
  }

  /// pcscd does not say that a port is taken: both slots are then simply not there.
  private static func freePair() -> UInt16? {
    (0..<100).lazy.map { _ in UInt16.random(in: 20_000...32_000) }.first { isFree($0) && isFree($0 + 1) }
  }

  private static func isFree(_ port: UInt16) -> Bool {
    let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(probe) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    return withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(probe, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  private static func spawnAsRoot(_ command: [String]) throws(PcscdError) -> pid_t {
    let words = (geteuid() == 0 ? [] : ["sudo", "-n"]) + command
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    _ = fedow_spawn_close_from(&actions, 3)
    var child = pid_t()
    guard posix_spawnp(&child, words[0], &actions, nil, &arguments, environ) == 0 else {
      throw PcscdError("\(words[0]) cannot be started")
    }
    return child
  }

  private static func reap(_ child: pid_t) {
    while waitpid(child, nil, 0) == -1, errno == EINTR {}
  }

  private func waitForConnection() -> Bool {
    for _ in 0..<500 {
      if canConnect() { return true }
      usleep(20_000)
    }
    return false
  }

  private func canConnect() -> Bool {
    let connection = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(connection) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: socketPath.utf8.prefix($0.count - 1)) }
    return withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(connection, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
  }
}

/// pcscd could not be had.
public struct PcscdError: Error, CustomStringConvertible {
  /// Why.
  public let description: String
  init(_ description: String) { self.description = description }
}
