import Glibc
import Model
import Synchronization

/// A contactless card for vpcd, the virtual reader of vsmartcard: a TCP client that plays a card lying on the reader.
///
/// Each message is a length (two bytes, big-endian) and as many bytes; a message of one byte is a control of the reader.
public final class VirtualCard: Sendable {
  /// How the card answers an APDU; nil lets it answer as a real one would.
  public typealias Behaviour = @Sendable (_ apdu: [UInt8]) -> [UInt8]?

  /// The UID that it gives.
  public let uid: TagUID
  private let answerToReset: [UInt8]
  private let port: UInt16
  private let behaviour: Behaviour?
  private let socket = Mutex<Int32?>(nil)

  /// A card of this UID for the slot that listens on this port of the loopback interface.
  public init(uid: TagUID, answerToReset: [UInt8]? = nil, port: UInt16, behaviour: Behaviour? = nil) {
    self.uid = uid
    self.answerToReset = answerToReset ?? (uid.bytes.count == 4 ? Self.mifareClassic : Self.mifareUltralight)
    self.port = port
    self.behaviour = behaviour
  }

  deinit { remove() }

  /// The answer to reset of a MIFARE Classic 1K (PC/SC part 3).
  public static let mifareClassic: [UInt8] = storageCard(name: 0x0001)
  /// The answer to reset of a MIFARE Ultralight.
  public static let mifareUltralight: [UInt8] = storageCard(name: 0x0003)
  /// The answer to reset of an ISO 14443-4 card with one historical byte.
  public static let iso14443Part4: [UInt8] = [0x3B, 0x81, 0x80, 0x01, 0x80, 0x80]

  private static func storageCard(name: UInt16) -> [UInt8] {
    let bytes: [UInt8] =
      [0x8F, 0x80, 0x01, 0x80, 0x4F, 0x0C, 0xA0, 0x00, 0x00, 0x03, 0x06, 0x03]
      + [UInt8(name >> 8), UInt8(name & 0xFF), 0, 0, 0, 0]
    return [0x3B] + bytes + [bytes.reduce(0, ^)]
  }

  /// Lays the card on the reader.
  /// - Throws: `VirtualCardError` when no reader listens.
  public func insert() throws(VirtualCardError) {
    let connection = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else {
      close(connection)
      throw VirtualCardError(port: port)
    }
    socket.withLock { $0 = connection }
    TestThread.start { [self] in serve(connection) }
  }

  /// Takes the card away.
  public func remove() {
    socket.withLock { socket in
      guard let connection = socket else { return }
      shutdown(connection, Int32(SHUT_RDWR))
      socket = nil
    }
  }

  private func serve(_ connection: Int32) {
    // Forgotten before it is closed: the number may be another connection's at once.
    defer {
      socket.withLock { if $0 == connection { $0 = nil } }
      close(connection)
    }
    var stream = VPCDStream()
    while let message = receive(&stream, from: connection) {
      if message.count == 1, message[0] < 4 { continue }
      let isResetQuery = message.count == 1 && message[0] == 4
      let answer = isResetQuery ? answerToReset : behaviour?(message) ?? respond(to: message)
      let frame = [UInt8(answer.count >> 8), UInt8(answer.count & 0xFF)] + answer
      guard send(connection, frame, frame.count, Int32(MSG_NOSIGNAL)) == frame.count else { return }
    }
  }

  private func respond(to apdu: [UInt8]) -> [UInt8] {
    if apdu.starts(with: [0xFF, 0xCA, 0x00, 0x00]) { return uid.bytes + [0x90, 0x00] }
    return apdu.starts(with: [0xFF, 0xCA]) ? [0x6A, 0x81] : [0x6D, 0x00]
  }

  private func receive(_ stream: inout VPCDStream, from connection: Int32) -> [UInt8]? {
    while true {
      if let message = stream.take() { return message }
      // vpcd writes length and message apart and without TCP_NODELAY: acknowledged late, each exchange would take 40 ms.
      var isOn: Int32 = 1
      setsockopt(connection, Int32(IPPROTO_TCP), TCP_QUICKACK, &isOn, socklen_t(MemoryLayout<Int32>.size))
      var chunk = [UInt8](repeating: 0, count: stream.missing)
      let length = recv(connection, &chunk, chunk.count, 0)
      guard length > 0 else { return nil }
      stream.append(chunk.prefix(length))
    }
  }
}

/// No virtual reader listens on the port.
public struct VirtualCardError: Error, CustomStringConvertible {
  /// The port.
  public let port: UInt16
  /// For the one who runs it.
  public var description: String { "no virtual reader listens on 127.0.0.1:\(port)" }
}
