import Glibc

/// Carries the requests of one client's connection, each over a connection of its own to the server.
struct FaultCarrier {
  let interruption: Interruption
  let patience: Duration
  let plan: FaultPlan

  /// What became of the client's connection.
  enum End { case answered, ended, nobody }

  func carry(_ request: HTTPMessage, from client: HTTPStream, to port: UInt16, fault: NetworkFault?) -> End {
    switch fault {
    case .lostRequest:
      client.reset()
      return .ended
    case .swallowedRequest:
      client.holdUntilAbandoned()
      return .ended
    case .lateRequest:
      _ = interruption.wait(for: plan.late)
      _ = exchange(request, port)
      return .ended
    case .twiceFirst, .twiceSecond: return deliverTwice(request, from: client, to: port, fault: fault)
    default:
      guard let answer = exchange(request, port) else { return .nobody }
      return give(answer, to: client, fault: fault)
    }
  }

  private func give(_ answer: HTTPMessage, to client: HTTPStream, fault: NetworkFault?) -> End {
    switch fault {
    case .lostAnswer: return .ended
    case .swallowedAnswer:
      client.holdUntilAbandoned()
      return .ended
    case .cutAnswer:
      client.write(answer.bytes.prefix(answer.head.count + answer.rawBody.count / 2))
      return .ended
    case .slowAnswer: _ = interruption.wait(for: plan.slow)
    case .lateAnswer: _ = interruption.wait(for: plan.late)
    default: break
    }
    guard client.write(answer.bytes) else { return .ended }
    let isLast = answer.border(answering: "GET") == .end || answer.header("Connection")?.lowercased() == "close"
    return isLast ? .ended : .answered
  }

  private func deliverTwice(
    _ request: HTTPMessage, from client: HTTPStream, to port: UInt16, fault: NetworkFault?
  ) -> End {
    guard let first = connect(port) else { return .nobody }
    defer { close(first) }
    guard let second = connect(port) else { return .nobody }
    defer { close(second) }
    let streams = [first, second].map { HTTPStream($0, interruption: interruption, patience: patience) }
    for stream in streams { stream.write(request.bytes) }
    let answers = streams.map { $0.next(answering: request.method) }
    guard let answer = fault == .twiceFirst ? answers[0] : answers[1] else { return .nobody }
    return give(answer, to: client, fault: nil)
  }

  private func connect(_ port: UInt16) -> Int32? { LoopbackAddress.connect(port) }

  private func exchange(_ request: HTTPMessage, _ port: UInt16) -> HTTPMessage? {
    guard let connection = connect(port) else { return nil }
    defer { close(connection) }
    let stream = HTTPStream(connection, interruption: interruption, patience: patience)
    guard stream.write(request.bytes) else { return nil }
    return stream.next(answering: request.method)
  }
}
