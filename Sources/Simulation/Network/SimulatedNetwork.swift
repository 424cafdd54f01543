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
    /// How many requests something in between answers, which is not the ledger.
    var proxy = 0.0
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
  /// The last receipt that each kiosk was sent.
  private var receipts: [Int: HTTPResponse] = [:]
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
    if !isCalm, chance.happens(weather.proxy), let answer = answerBetween(request, kiosk) {
      scheduler.after(delay()) { end(.success(answer)) }
      return
    }
    let copies = !isCalm && chance.happens(weather.repetition) ? 2 : 1
    for _ in 0..<copies where isCalm || !chance.happens(weather.loss) {
      scheduler.after(delay()) { [self] in arrive(request, from: kiosk, end) }
    }
  }

  /// What a proxy says that has not handed the request on, or has, and does not wait for what is said to it; or that gives
  /// the answer to another's question.
  private func answerBetween(_ request: HTTPRequest, _ kiosk: Int) -> HTTPResponse? {
    let status = chance.one(of: [400, 404, 408, 429, 500, 502, 503, 504, 201])
    if status == 201 { return request.url.contains("/v1/debits/") ? receipts[kiosk] : nil }
    if status >= 500 && chance.happens(0.7) {
      scheduler.after(delay()) { [self] in _ = server(request) { _ in } }
    }
    return HTTPResponse(status: status, body: Array("<html>\(status)</html>".utf8))
  }

  private func arrive(
    _ request: HTTPRequest, from kiosk: Int, _ end: @escaping (Result<HTTPResponse, TransportFailure>) -> Void
  ) {
    let isHeard = server(request) { [self] answer in
      if answer.status == 201 && request.url.hasSuffix("/v1/debits/") { receipts[kiosk] = answer }
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
