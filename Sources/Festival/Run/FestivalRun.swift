import FedowProtocol
import Model
import Transport

/// Plays an evening against a ledger: every till a connection of its own, one request at a time, each due at its instant.
public struct FestivalRun: Sendable {
  let festival: Festival
  let settings: FestivalSettings
  let progress: @Sendable (_ label: String, _ done: Int, _ total: Int) -> Void

  /// An evening of this festival.
  /// - Parameter progress: is told what is being done, and how much of it is.
  public init(
    _ festival: Festival, _ settings: FestivalSettings,
    progress: @escaping @Sendable (_ label: String, _ done: Int, _ total: Int) -> Void = { _, _, _ in }
  ) {
    self.festival = festival
    self.settings = settings
    self.progress = progress
  }

  /// Whether the ledger itself says that its books are for playing: the first place's name has the word "test" in it.
  /// - Throws: `Refusal` when it does not answer, or does not know the place.
  public func isMarked() async throws -> Bool {
    let card = try await desk.read(festival.stalls[0].operatorCard)
    let name = card["origin"]?["place"]?["name"]?.text?.lowercased() ?? ""
    return name.split { !$0.isLetter }.contains("test")
  }

  /// Fills the cards, plays, and holds the books against what was answered.
  /// - Throws: `Refusal` when the evening cannot begin; `SigningError`.
  public func play() async throws -> FestivalReport {
    var visitors = try await desk.visitors(festival.cards)
    visitors = try await fill(visitors)
    let programme = Programme(settings, stalls: festival.stalls.count, cards: visitors.count)
    let before = try await desk.wallets(festival.stalls)
    let lanes = try await programme.signed(
      for: festival, dialect: settings.dialect, visitors: visitors
    ) { progress("lanes signed", $0, $1) }
    let begin = ContinuousClock.now
    let records = await play(lanes, from: begin)
    let length = ContinuousClock.now - begin
    var books = FestivalBooks(visitors: visitors, stallWallets: before)
    books.enter(records)
    let found = try await desk.visitors(festival.cards)
    let after = try await desk.wallets(festival.stalls)
    return FestivalReport(
      records: records, length: length, verdict: books.verdict(cards: found, stallWallets: after), settings: settings)
  }

  private var desk: FestivalDesk {
    FestivalDesk(festival: festival, patience: settings.patience) { progress("cards read", $0, $1) }
  }

  /// Fills each card that has less than its purse, which is no part of what is measured.
  private func fill(_ visitors: [Visitor]) async throws -> [Visitor] {
    let poor = visitors.indices.filter { visitors[$0].balance < settings.purse }
    guard !poor.isEmpty else { return visitors }
    let acts = poor.map { card in
      PlannedAct(
        act: .refill, due: .zero, stall: 0, till: 0, card: card, amount: settings.purse - visitors[card].balance)
    }
    let lanes = (0..<settings.tills).map { till in
      stride(from: till, to: acts.count, by: settings.tills).map { acts[$0] }
    }
    let signed = try lanes.map { lane in
      try lane.map { try $0.signed(for: festival, dialect: settings.dialect, visitors: visitors) }
    }
    let records = await play(signed, from: .now)
    if let code = records.compactMap(\.outcome.code).first {
      throw Refusal(.ledgerRefused, "The cards could not be filled: \(code).")
    }
    return try await desk.visitors(festival.cards)
  }

  private func play(_ lanes: [[SignedAct]], from begin: ContinuousClock.Instant) async -> [ActRecord] {
    let total = lanes.reduce(0) { $0 + $1.count }
    let tally = Tally(total: total, progress: progress)
    return await withTaskGroup(of: [ActRecord].self) { group in
      for (number, lane) in lanes.enumerated() where !lane.isEmpty {
        group.addTask { await self.play(lane, number, from: begin, tally) }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
  }

  private func play(
    _ lane: [SignedAct], _ number: Int, from begin: ContinuousClock.Instant, _ tally: Tally
  ) async -> [ActRecord] {
    let connection = HTTPConnection(
      label: "festival.\(number)",
      limits: HTTPLimits(connectMilliseconds: settings.patience, totalMilliseconds: settings.patience))
    var records: [ActRecord] = []
    records.reserveCapacity(lane.count)
    for act in lane {
      // One that is late leaves at once, and its lateness counts.
      try? await ContinuousClock().sleep(until: begin + act.act.due, tolerance: .zero)
      let sent = ContinuousClock.now - begin
      var outcome = await outcome(of: act, over: connection)
      let answered = ContinuousClock.now - begin
      outcome = await settle(outcome, of: act, over: connection)
      records.append(ActRecord(act: act.act, outcome: outcome, sent: sent, answered: answered))
      tally.count()
    }
    return records
  }

  private func outcome(of act: SignedAct, over connection: HTTPConnection) async -> ActOutcome {
    do {
      return ActOutcome(act.act, answer: try await connection.send(act.request), asset: festival.asset)
    } catch {
      return ActOutcome(error)
    }
  }

  /// Asks again for what was not answered, with the same bytes, where a ledger knows a repetition; else it stays open.
  private func settle(
    _ first: ActOutcome, of act: SignedAct, over connection: HTTPConnection
  ) async -> ActOutcome {
    guard settings.dialect.isRepeatable else { return first }
    var outcome = first
    for _ in 0..<5 {
      guard case .uncertain = outcome else { return outcome }
      outcome = await self.outcome(of: act, over: connection)
      if case .notSent(let why) = outcome { outcome = .uncertain(why) }
    }
    return outcome
  }
}
