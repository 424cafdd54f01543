import Kiosk
import Model
import Transport

/// The network between kiosks and ledger: it delays, loses, repeats and overtakes, and is cut in either direction.
final class SimulatedNetwork {
  /// What it does to a message.
  struct Weather {
    var loss = 0.0
    var repetition = 0.0
    /// In milliseconds.
    var delay: ClosedRange<Int64> = 2...8
    /// How many messages take long.
    var slow = 0.0
    /// How long, in milliseconds; longer than a time-out, so that a message arrives when nobody waits for it any more.
    var slowDelay: ClosedRange<Int64> = 500...20_000
  }

  /// What does not get through.
  enum Cut: String, CaseIterable {
    case requests, answers, both
  }

  typealias Reply = (HTTPResponse) -> Void
  typealias Server = (HTTPRequest, @escaping Reply) -> Bool

  private let scheduler: Scheduler
  private var chance: Chance
  private let weather: Weather
  private var isCalm = false
  private var cuts: [Int: Cut] = [:]
  /// Takes a request; false when nothing listens.
  var server: Server = { _, _ in false }

  init(_ scheduler: Scheduler, seed: UInt64, weather: Weather) {
    self.scheduler = scheduler
    self.weather = weather
    chance = Chance(seed: seed, .network)
  }

  /// Nothing is lost, repeated or cut from now on.
  func calm() {
    isCalm = true
    cuts = [:]
  }

  func cut(_ kiosk: Int, _ cut: Cut?) { if !isCalm { cuts[kiosk] = cut } }

  /// Sends a kiosk's request and calls `end` once: with the answer, or with why there is none.
  func send(
    _ request: HTTPRequest, from kiosk: Int, within limit: Duration,
    _ end: @escaping (Result<HTTPResponse, TransportFailure>) -> Void
  ) {
    scheduler.after(limit) { end(.failure(.uncertain("no answer in time"))) }
    let cut = cuts[kiosk]
    if cut == .both || cut == .requests {
      // Some networks say so, others say nothing.
      if chance.happens(0.5) { scheduler.after(.milliseconds(3)) { end(.failure(.notSent("no route"))) } }
      return
    }
    let copies = !isCalm && chance.happens(weather.repetition) ? 2 : 1
    for _ in 0..<copies where isCalm || !chance.happens(weather.loss) {
      scheduler.after(delay()) { [self] in arrive(request, from: kiosk, end) }
    }
  }

  private func arrive(
    _ request: HTTPRequest, from kiosk: Int, _ end: @escaping (Result<HTTPResponse, TransportFailure>) -> Void
  ) {
    let isHeard = server(request) { [self] answer in
      let cut = cuts[kiosk]
      guard cut != .both, cut != .answers, isCalm || !chance.happens(weather.loss) else { return }
      scheduler.after(delay()) { end(.success(answer)) }
    }
    if !isHeard { end(.failure(.notSent("connection refused"))) }
  }

  private func delay() -> Duration {
    if isCalm { return .milliseconds(3) }
    return chance.milliseconds(chance.happens(weather.slow) ? weather.slowDelay : weather.delay)
  }
}
