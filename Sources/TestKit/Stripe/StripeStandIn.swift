import FedowProtocol
import Foundation
import Stripe
import Synchronization

/// Stripe on this machine, over real HTTP: what the ledger asks of it, in the shapes of Stripe's public interface, with
/// its idempotency, its signed events and, on demand, its faults and the network's.
public final class StripeStandIn: Sendable {
  private struct State {
    var books: StripeBooks
    /// Faults that the next calls meet, in order, each with the path that it waits for.
    var faults: [(path: String, fault: StripeFault)] = []
    /// Faults that are drawn: from what, how often, and with what luck.
    var drawn: (kinds: [StripeFault], share: Double, chance: SeededGenerator)?
    var calls: [String] = []
  }

  private let state: Mutex<State>
  private let listener: LoopbackListener
  private let interruption = Interruption()
  private let now: @Sendable () -> Int64
  /// What it signs its events with.
  public static let secret = "whsec_standin0123456789abcdef"
  /// A key that it takes.
  public static let key = "sk_test_standin0123456789abcdef"

  /// Opens it.
  /// - Parameter now: seconds since 1970.
  /// - Throws: `LoopbackListener.Failure`.
  public init(seed: UInt64 = 1, now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) }) throws {
    state = Mutex(State(books: StripeBooks(seed: seed)))
    self.now = now
    listener = try LoopbackListener()
    try listener.open { [self] in serve($0) }
  }

  /// Where it is.
  public var url: String { "http://127.0.0.1:\(listener.port)" }

  /// What asked for, in order: `POST /v1/refunds`.
  public var calls: [String] { state.withLock { $0.calls } }

  /// How often calls of this kind did something: `POST refunds`.
  public func effects(_ call: String) -> Int { state.withLock { $0.books.effects[call] ?? 0 } }

  /// The next call whose path begins so meets this fault.
  public func fail(_ fault: StripeFault, on path: String = "/v1/") {
    state.withLock { $0.faults.append((path, fault)) }
  }

  /// Nothing goes wrong any more that was to.
  public func heal() { state.withLock { ($0.faults, $0.drawn) = ([], nil) } }

  /// So many calls of a hundred meet one of these, the same for the same seed; a share of 0 ends it.
  public func fail(_ kinds: [StripeFault], share: Double, seed: UInt64) {
    state.withLock { $0.drawn = share > 0 ? (kinds, share, SeededGenerator(seed: seed)) : nil }
  }

  /// Does something with its books, for what people do at Stripe's pages.
  func withBooks<Result>(_ body: (inout StripeBooks, Int64) -> Result) -> Result where Result: Sendable {
    let now = now()
    return state.withLock { body(&$0.books, now) }
  }

  /// Whether anybody can reach it.
  /// - Throws: `LoopbackListener.Failure`.
  public func reachable(_ isReachable: Bool) throws {
    isReachable ? try listener.open { [self] in serve($0) } : listener.close()
  }

  /// Ends it and its connections.
  public func close() {
    interruption.interrupt()
    listener.close()
  }

  private func serve(_ connection: Int32) {
    let client = HTTPStream(connection, interruption: interruption, patience: .seconds(60))
    while let request = client.next() {
      let path = request.path
      let fault = state.withLock { state -> StripeFault? in
        state.calls.append("\(request.method) \(path)")
        if let index = state.faults.firstIndex(where: { path.hasPrefix($0.path) }) {
          return state.faults.remove(at: index).fault
        }
        guard var drawn = state.drawn else { return nil }
        defer { state.drawn = drawn }
        guard Double.random(in: 0..<1, using: &drawn.chance) < drawn.share else { return nil }
        return drawn.kinds.randomElement(using: &drawn.chance)
      }
      guard give(reply(to: request, fault), to: client, fault) else { return }
    }
  }

  private func reply(to request: HTTPMessage, _ fault: StripeFault?) -> StripeReply {
    switch fault {
    case .errorBefore: return .error(503, "api_error", "Service unavailable")
    case .tooMany: return .error(429, "rate_limit_error", code: "rate_limit", "Too many requests")
    case .busy:
      return .error(
        409, "idempotency_error", code: "idempotency_key_in_use", "There is currently another in-progress request.")
    case .cutBefore: return StripeReply(nil, status: 500)
    case .slow(let duration): _ = interruption.wait(for: duration)
    default: break
    }
    if request.path.hasPrefix("/c/pay/") { return payPage(request) }
    guard let call = StripeCall(request) else { return .invalid("Invalid request") }
    let (url, now) = (url, now())
    return state.withLock { $0.books.answer(call, url: url, now: now, fault: fault) }
  }

  /// - Returns: whether the connection goes on.
  private func give(_ reply: StripeReply, to client: HTTPStream, _ fault: StripeFault?) -> Bool {
    switch fault {
    case .cutBefore, .cutAfter:
      client.reset()
      return false
    case .silentAfter:
      client.holdUntilAbandoned()
      return false
    default: return client.write(reply.bytes)
    }
  }

  /// The page on which a person pays: `POST` to its address, with `amount` in cents where they choose it.
  private func payPage(_ request: HTTPMessage) -> StripeReply {
    let session = String(request.path.dropFirst("/c/pay/".count).prefix { $0 != "?" })
    let fields = try? FormBody.parse(request.body)
    guard request.method == "POST", let paid = pay(session, amount: fields?["amount"]?.text.flatMap { Int64($0) })
    else {
      return .invalid("This page cannot be paid.")
    }
    return StripeReply(["payment_intent": JSON(paid)])
  }
}
