import FedowProtocol
import Glibc
import Synchronization
import TestKit

/// The server: a thread for each connection.
final class StandInServer: Sendable {
  private let listener: LoopbackListener
  private let routes: StandInRoutes
  private let faults: ServerFaults
  private let count = Mutex(0)

  init(books: StandInBooks, faults: ServerFaults) throws {
    listener = try LoopbackListener()
    routes = StandInRoutes(books: books)
    self.faults = faults
  }

  var port: UInt16 { listener.port }

  func open() throws { try listener.open { [self] in serve($0) } }

  private func serve(_ connection: Int32) {
    let stream = HTTPStream(connection)
    while let request = stream.next() {
      guard request.method == "POST", request.path == "/transaction/", let (fault, delay) = nextFault() else {
        stream.write(routes.answer(request).bytes)
        continue
      }
      guard spoil(request, on: stream, connection, fault, delay) else { return }
    }
  }

  private func nextFault() -> (fault: ServerFault, delay: Duration)? {
    faults.fault(
      of: count.withLock { count in
        count += 1
        return count
      })
  }

  /// False when the connection is over.
  private func spoil(
    _ request: HTTPMessage, on stream: HTTPStream, _ connection: Int32, _ fault: ServerFault, _ delay: Duration
  ) -> Bool {
    switch fault {
    case .failure: return stream.write(StandInAnswer.failure.bytes)
    case .closesThenCommits, .failsThenCommits:
      if fault == .failsThenCommits { stream.write(StandInAnswer.failure.bytes) }
      shutdown(connection, Int32(SHUT_RDWR))
      Self.pause(delay)
      _ = routes.answer(request)
      return false
    case .commitsLate:
      Self.pause(delay)
      return stream.write(routes.answer(request).bytes)
    case .commitsThenCloses:
      _ = routes.answer(request)
      return false
    case .forgets:
      routes.forget(request)
      return false
    case .slow:
      let answer = routes.answer(request)
      Self.pause(delay / 10)
      return stream.write(answer.bytes)
    }
  }

  /// A worker that is busy with something else.
  private static func pause(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    poll(nil, 0, Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000))
  }
}
