import Glibc
import Synchronization

/// A network that is not to be trusted: it stands before a server of HTTP/1.1 on this machine, knows where requests and
/// answers begin and end, and does to them what its plan says.
public final class FaultProxy: Sendable {
  /// What it has seen and done.
  public struct Report: Sendable, Hashable {
    /// How many requests came.
    public var requests = 0
    /// How many of them met which fault.
    public var faults: [NetworkFault: Int] = [:]
    /// How many found nobody at the other end.
    public var unanswered = 0
    /// How often the server was out of reach.
    public var outages = 0
  }

  private struct State {
    var upstream: UInt16
    var isCalm = false
    var report = Report()
  }

  private let plan: FaultPlan
  private let state: Mutex<State>
  private let interruption = Interruption()
  private let listener: LoopbackListener
  /// How long a server may hold a question: longer than any long poll.
  private static let patience = Duration.seconds(40)

  /// The port for clients.
  public var port: UInt16 { listener.port }

  /// A proxy before the server on this port, open until `close`.
  /// - Throws: `LoopbackListener.Failure`.
  public init(upstream: UInt16 = 0, plan: FaultPlan) throws {
    self.plan = plan
    state = Mutex(State(upstream: upstream))
    listener = try LoopbackListener()
    try reachable(true)
  }

  /// Where clients find it.
  public var url: String { "http://127.0.0.1:\(port)" }

  /// What it has seen and done.
  public var report: Report { state.withLock { $0.report } }

  /// The server came up on another port.
  public func point(to upstream: UInt16) { state.withLock { $0.upstream = upstream } }

  /// No faults any more, or again.
  public func calm(_ isCalm: Bool = true) { state.withLock { $0.isCalm = isCalm } }

  /// Whether connections are taken at all.
  /// - Throws: `LoopbackListener.Failure`.
  public func reachable(_ isReachable: Bool) throws {
    if !isReachable { state.withLock { $0.report.outages += 1 } }
    isReachable ? try listener.open { [self] in serve($0) } : listener.close()
  }

  /// Ends it and all its connections.
  public func close() {
    interruption.interrupt()
    listener.close()
  }

  private func serve(_ connection: Int32) {
    let client = HTTPStream(connection, interruption: interruption, patience: Self.patience)
    let carrier = FaultCarrier(interruption: interruption, patience: Self.patience, plan: plan)
    while let request = client.next() {
      let (upstream, fault) = state.withLock { state in
        let fault = state.isCalm ? nil : plan.fault(of: request, number: state.report.requests)
        state.report.requests += 1
        if let fault { state.report.faults[fault, default: 0] += 1 }
        return (state.upstream, fault)
      }
      switch carrier.carry(request, from: client, to: upstream, fault: fault) {
      case .answered: continue
      case .ended: return
      case .nobody:
        state.withLock { $0.report.unanswered += 1 }
        return client.reset()
      }
    }
  }
}
