import FedowProtocol
import Glibc
import Kiosk
import Model

/// Cards that are held to the reader one after the other, each made known to the ledger at once.
struct EnrolmentDesk {
  private enum Input: Sendable {
    case line(String)
    case message(KioskMessage)
    case over
  }

  let client: KioskClient
  let generation: Int64
  let template: NumberTemplate?
  let json: Bool
  var count: Int
  private var awaited: String?
  private var done: [(uid: String, tag: String, number: String)] = []

  init(client: KioskClient, generation: Int64, template: NumberTemplate?, first: Int, json: Bool) {
    self.client = client
    self.generation = generation
    self.template = template
    self.json = json
    count = first
  }

  /// Goes on until Enter or the input's end. How many cards are known now.
  mutating func run() async throws -> Int {
    for await input in Self.inputs(client) {
      switch input {
      case .message(.opened):
        try await ask()
        Terminal.note("Hold the cards to the reader. u and Enter takes the last one back, Enter ends.")
      case .message(.event("capture", let report)) where report["id"]?.text == awaited: try await take(report)
      case .line("u"): try await takeBack()
      case .line(""), .over: return try await end()
      default: continue
      }
    }
    return try await end()
  }

  private mutating func ask() async throws {
    awaited = try await client.post("/v1/taps/next", ["purpose": "enrolment"])["id"]?.text
  }

  private mutating func take(_ report: JSON) async throws {
    switch report["state"]?.text {
    case "tapped": try await enroll(report["uid"]?.text ?? "")
    case "expired": try await ask()
    case "refused": Terminal.note(report["sentence"]?.text ?? "The card could not be read.")
    case "cancelled": throw Refusal(.chargeBusy, "Another program asked for the next card.")
    default: return
    }
  }

  private mutating func enroll(_ uid: String) async throws {
    if let known = done.first(where: { $0.uid == uid }) {
      Terminal.note("  this card was just made known (\(known.number))")
      return try await ask()
    }
    var card = JSONObject([("uid", JSON(uid))])
    if let template {
      guard let number = template.number(count) else {
        throw Refusal(.requestMalformed, "The template has no room for number \(count).")
      }
      card["number_printed"] = JSON(number)
    }
    do {
      let answer = try await client.post(
        "/v1/cards/enroll", ["generation": JSON(generation), "cards": [.object(card)]])
      let sheet = answer["cards"]?.elements?.first
      let number = sheet?["number_printed"]?.text ?? "?"
      done.append((uid, sheet?["tag"]?.text ?? "", number))
      count += 1
      Terminal.line(json ? (sheet ?? answer).compact : "\(done.count)\t\(number)")
    } catch {
      // One card that is known already ends nobody's row of five hundred.
      guard error.code != .daemonUnreachable && error.code != .operatorCardNeeded else { throw error }
      Terminal.note("  \(error.sentence) (\(error.code.rawValue))")
    }
    try await ask()
  }

  private mutating func takeBack() async throws {
    guard let last = done.popLast() else { return Terminal.note("  there is none to take back") }
    _ = try await client.post("/v1/cards/\(CardQuery.escape("tag:\(last.tag)"))/unenroll", [:])
    count -= 1
    Terminal.note("  \(last.number) is taken back")
  }

  private func end() async throws -> Int {
    _ = try? await client.delete("/v1/taps/next")
    return done.count
  }

  /// What the operator types and what the kiosk tells, in one row.
  private static func inputs(_ client: KioskClient) -> AsyncStream<Input> {
    AsyncStream { continuation in
      let watching = Task {
        do {
          for try await message in client.events() { continuation.yield(.message(message)) }
        } catch {}
        continuation.yield(.over)
      }
      // A thread of its own: reading a line blocks.
      let reading = Reader { continuation.yield($0.map { .line($0) } ?? .over) }
      reading.start()
      continuation.onTermination = { _ in watching.cancel() }
    }
  }
}

/// Reads standard input line by line on a thread of its own, which ends with the program.
private struct Reader: Sendable {
  private final class Box: Sendable {
    let tell: @Sendable (String?) -> Void
    init(_ tell: @escaping @Sendable (String?) -> Void) { self.tell = tell }
  }

  private let tell: @Sendable (String?) -> Void

  init(_ tell: @escaping @Sendable (String?) -> Void) { self.tell = tell }

  func start() {
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        let tell = Unmanaged<Box>.fromOpaque(context).takeRetainedValue().tell
        while let line = readLine() { tell(line) }
        tell(nil)
        return nil
      }, Unmanaged.passRetained(Box(tell)).toOpaque())
    pthread_detach(thread)
  }
}
