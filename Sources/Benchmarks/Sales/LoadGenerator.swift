import CLinux
import Glibc

/// Sends requests over so many connections at once, each its next as soon as the answer to the last is whole.
///
/// One thread and `epoll`: it shares the machine with what it measures, so it must cost little.
struct LoadGenerator {
  let port: Int
  let connections: Int
  /// The status of a good answer.
  var expected = 201

  /// What came of a run.
  struct Outcome {
    var answered = 0
    /// The first answer that was no 201, whole.
    var failure: String?
    var milliseconds = Sample()
    var seconds = 0.0

    /// - Throws: `BenchError` with the first answer that was not as it should be.
    func check() throws {
      if let failure { throw BenchError("not as it should be answered: \(failure)") }
    }
  }

  private struct Connection {
    let descriptor: Int32
    var buffer: [UInt8] = []
    var sent = ContinuousClock.now
  }

  /// Sends all of them, in order, or as many as fit into the time.
  func run(_ requests: [[UInt8]], atMost duration: Duration) throws -> Outcome {
    var (poll, open) = try connectAll()
    defer {
      close(poll)
      for descriptor in open.keys { close(descriptor) }
    }
    var outcome = Outcome()
    var next = 0
    let begin = ContinuousClock.now
    let end = begin + duration
    var waiting = 0
    for descriptor in Array(open.keys) where next < requests.count {
      try Self.send(requests[next], to: descriptor)
      open[descriptor]?.sent = ContinuousClock.now
      (next, waiting) = (next + 1, waiting + 1)
    }
    var events = [epoll_event](repeating: epoll_event(), count: connections)
    while waiting > 0 {
      let count = epoll_wait(poll, &events, Int32(events.count), 10_000)
      guard count > 0 else { throw BenchError("the ledger did not answer within 10 s") }
      for event in events.prefix(Int(count)) {
        let descriptor = event.data.fd
        guard let status = try receive(&open[descriptor]) else { continue }
        let now = ContinuousClock.now
        outcome.answered += 1
        if let sent = open[descriptor]?.sent { outcome.milliseconds.add((now - sent).milliseconds) }
        if let failure = status.failure, outcome.failure == nil { outcome.failure = failure }
        guard next < requests.count, now < end, outcome.failure == nil else {
          waiting -= 1
          continue
        }
        open[descriptor]?.sent = now
        try Self.send(requests[next], to: descriptor)
        next += 1
      }
    }
    outcome.seconds = (ContinuousClock.now - begin).milliseconds / 1000
    return outcome
  }

  /// Sends at a steady pace, whatever the answers do: a latency counts from when its request was to leave, so that a
  /// ledger that stands still is not asked less.
  func run(_ requests: [[UInt8]], perSecond: Double) throws -> Outcome {
    var (poll, open) = try connectAll()
    defer {
      close(poll)
      for descriptor in open.keys { close(descriptor) }
    }
    var outcome = Outcome()
    var idle = Array(open.keys)
    var next = 0
    let begin = ContinuousClock.now
    var events = [epoll_event](repeating: epoll_event(), count: connections)
    while outcome.answered < requests.count, outcome.failure == nil {
      while next < requests.count, let descriptor = idle.last {
        let due = begin + .seconds(Double(next) / perSecond)
        guard due <= ContinuousClock.now else { break }
        idle.removeLast()
        open[descriptor]?.sent = due
        try Self.send(requests[next], to: descriptor)
        next += 1
      }
      let count = epoll_wait(poll, &events, Int32(events.count), next < requests.count ? 1 : 10_000)
      for event in events.prefix(Int(max(0, count))) {
        let descriptor = event.data.fd
        guard let status = try receive(&open[descriptor]) else { continue }
        outcome.answered += 1
        if let sent = open[descriptor]?.sent { outcome.milliseconds.add((ContinuousClock.now - sent).milliseconds) }
        if let failure = status.failure, outcome.failure == nil { outcome.failure = failure }
        idle.append(descriptor)
      }
    }
    outcome.seconds = (ContinuousClock.now - begin).milliseconds / 1000
    return outcome
  }

  private func connectAll() throws -> (poll: Int32, open: [Int32: Connection]) {
    let poll = epoll_create1(0)
    guard poll >= 0 else { throw BenchError("no epoll") }
    var open: [Int32: Connection] = [:]
    for _ in 0..<connections {
      let descriptor = try Self.connect(port: port)
      var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(fd: descriptor))
      guard epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event) == 0 else { throw BenchError("epoll_ctl") }
      open[descriptor] = Connection(descriptor: descriptor)
    }
    return (poll, open)
  }

  private static func connect(port: Int) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let isConnected = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isConnected else { throw BenchError("no connection to port \(port)") }
    var on: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    return descriptor
  }

  private static func send(_ request: [UInt8], to descriptor: Int32) throws {
    // A request is far smaller than a socket's buffer, which is empty here: it goes out whole.
    guard Glibc.send(descriptor, request, request.count, 0) == request.count else {
      throw BenchError("a request could not be sent")
    }
  }

  private struct Status {
    let failure: String?
  }

  /// Reads what is there; the answer's status once it is whole.
  private func receive(_ connection: inout Connection?) throws -> Status? {
    guard let descriptor = connection?.descriptor else { return nil }
    try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 65_536) { chunk in
      let count = recv(descriptor, chunk.baseAddress, chunk.count, 0)
      guard count > 0 else { throw BenchError("the ledger closed a connection") }
      connection?.buffer.append(contentsOf: chunk[..<count])
    }
    guard let buffer = connection?.buffer, let length = Self.length(of: buffer), buffer.count >= length else {
      return nil
    }
    connection?.buffer.removeAll(keepingCapacity: true)
    let isGood = buffer.starts(with: "HTTP/1.1 \(expected)".utf8)
    return Status(failure: isGood ? nil : String(decoding: buffer, as: UTF8.self))
  }

  /// Of head and body together, once the head is whole.
  private static func length(of buffer: [UInt8]) -> Int? {
    // The field's name may be in either case; the end of it is not.
    let (mark, field) = (Array("\r\n\r\n".utf8), Array("ength: ".utf8))
    guard let end = position(of: mark, in: buffer, from: 0),
      let start = position(of: field, in: buffer, from: 0), start < end
    else { return nil }
    let digits = buffer[(start + field.count)...].prefix { $0 >= 0x30 && $0 <= 0x39 }
    return Int(String(decoding: digits, as: UTF8.self)).map { end + mark.count + $0 }
  }

  private static func position(of needle: [UInt8], in buffer: [UInt8], from start: Int) -> Int? {
    buffer.withUnsafeBytes { bytes in
      needle.withUnsafeBytes { mark in
        guard let base = bytes.baseAddress, let markBase = mark.baseAddress,
          let found = memmem(base, bytes.count, markBase, mark.count)
        else { return nil }
        return UnsafeRawPointer(found) - base
      }
    }
  }
}
