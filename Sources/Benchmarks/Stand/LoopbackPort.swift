import Glibc

/// A port of this machine that nobody listens on.
enum LoopbackPort {
  /// Below the range from which the system gives outgoing connections theirs, so that it stays free.
  static func free() throws -> Int {
    for port in (20_000..<28_000).shuffled() where isFree(UInt16(port)) { return port }
    throw BenchError("no port of 20000 to 27999 is free")
  }

  private static func isFree(_ port: UInt16) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
