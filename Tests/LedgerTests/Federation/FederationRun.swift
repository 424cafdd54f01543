import FedowProtocol
import Model
import Rules

@testable import Ledger

/// Plays a random month and holds the properties after each day.
struct FederationRun {
  var month: FederationMonth
  private(set) var faults: [String] = []
  private let seed: UInt64

  init(seed: UInt64) async throws {
    self.seed = seed
    month = try await FederationMonth(seed: seed)
  }

  private var stand: FederationStand { month.stand }

  /// Plays so many days, with so many requests a day.
  mutating func play(days: Int, requests: Int) async throws {
    for tag in stand.tags {
      _ = try await stand.service.submit(ReadCard(place: stand.places[0].uuid, tag: tag))
    }
    for day in 1...days {
      let step = Int64.random(in: 43_200...129_600, using: &month.random)
      stand.time.withLock { $0 = $0.adding(seconds: step) }
      for _ in 0..<2 { try await accept(month.acceptance()) }
      try await submit(month.crowd(requests))
      if day.isMultiple(of: 5) { _ = try await melt() }
      if day.isMultiple(of: 6) { try await clear() }
      note(try await FederationBooks(stand: stand, tally: month.tally).faults(), "day \(day)")
      if day.isMultiple(of: 10) { note(try await balances(), "day \(day)") }
    }
    note(try await LedgerAudit(store: stand.store).run().breaks.map { "audit: \($0)" }, "the end")
  }

  private mutating func note(_ found: [String], _ when: String) {
    faults += found.map { "seed \(seed), \(when): \($0)" }
  }

  // MARK: Requests

  /// Submits all of them at once and counts what was done.
  private mutating func submit(_ deeds: [FederationDeed]) async throws {
    let service = stand.service
    let outcomes = try await withThrowingTaskGroup(of: (Int, Result<Answer, any Error>).self) {
      group in
      for (index, deed) in deeds.enumerated() {
        group.addTask { (index, await Self.outcome(of: deed.command, by: service)) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    for (index, outcome) in outcomes.sorted(by: { $0.0 < $1.0 }) {
      try count(deeds[index].kind, outcome)
    }
  }

  private static func outcome(
    of command: any LedgerCommand, by service: PostingService
  ) async -> Result<Answer, any Error> {
    do {
      return .success(try await service.submit(command))
    } catch {
      return .failure(error)
    }
  }

  private mutating func count(_ kind: FederationDeed.Kind, _ outcome: Result<Answer, any Error>)
    throws
  {
    switch outcome {
    case .success(let answer) where answer.status < 400: try month.tally.count(kind, answer)
    case .success(let kept): refuse(try JSON.parse(kept.body)["code"]?.text)
    case .failure(let refusal as Refusal): refuse(refusal.code.rawValue)
    case .failure(let rejection as Rejection):
      refuse(try JSON.parse(rejection.answer.body)["code"]?.text)
    case .failure(let error): throw error
    }
  }

  private mutating func refuse(_ code: String?) {
    month.tally.refusals[code ?? "in words", default: 0] += 1
  }

  /// A place says what it takes, and from then on holds no more than that or than what it held.
  private mutating func accept(_ deed: FederationDeed) async throws {
    let outcome = await Self.outcome(of: deed.command, by: stand.service)
    try count(deed.kind, outcome)
    let stand = stand
    month.tally.bounds = try await stand.store.read { [old = month.tally.bounds] books in
      var bounds: [MoneyRules.Holding: Int64] = [:]
      for place in stand.places {
        for (asset, acceptance) in try books.acceptancePolicy(of: place.uuid).named {
          guard let ceiling = acceptance.ceiling else { continue }
          let holding = MoneyRules.Holding(wallet: place.wallet, asset: asset)
          let held = try books.token(of: asset, in: place.wallet)?.balance ?? 0
          bounds[holding] = max(ceiling, min(held, old[holding] ?? held))
        }
      }
      return bounds
    }
  }

  // MARK: Melting and clearing

  private func melt() async throws -> MeltPass.Outcome {
    let (service, stand) = (stand.service, stand)
    return try await MeltPass(
      store: stand.store.withClock { stand.now }, melt: { try await service.submit($0) }
    ).run()
  }

  /// The stored balances and those that the transactions make by a second writing of the rules of money.
  private func balances() async throws -> [String] {
    try await stand.store.read { books in
      try MoneyRules.stored(in: books) == MoneyRules.balances(of: books)
        ? [] : ["conservation: balances are not the sums of their transactions"]
    }
  }

  /// Looks at the positions, proposes one clearing, and has the places say what they will.
  private mutating func clear() async throws {
    for netting in ClearingNetting.allCases {
      var request = ClearingRequest(federation: "Twelve")
      request.netting = netting
      note(try await hold(try await stand.administration.clearingPositions(request)), "clearing")
    }
    var request = ClearingRequest(federation: "Twelve")
    request.netting = try month.any(ClearingNetting.allCases)
    request.means = try month.any(ClearingMeans.allCases)
    if month.isLikely(30) { request.categories = [.localFiat, .gift] }
    if month.isLikely(30) { request.from = stand.now.adding(seconds: -10 * 86_400) }
    guard let clearing = try? await stand.administration.proposeClearing(request) else { return }
    try await fund(clearing)
    for party in clearing["positions"]?.elements ?? [] { try await answer(clearing, party) }
    try await pay(clearing)
  }

  /// Each place claims exactly what it holds of others' money, and the sum of what all get is zero.
  private func hold(_ clearing: JSON) async throws -> [String] {
    let stand = stand
    let held = try await stand.store.read { try FederationBooks.held($0) }
    let positions = clearing["positions"]?.elements ?? []
    var faults: [String] = []
    if positions.reduce(Int64(0), { $0 + ($1["net"]?.int64 ?? 0) }) != 0 {
      faults.append("clearing: sum is not zero")
    }
    for place in stand.places {
      let money = stand.assets.filter { $0.category == .localFiat }
      let claims = money.reduce(Int64(0)) { sum, asset in
        asset.issuerWallet == place.wallet
          ? sum
          : sum + held[MoneyRules.Holding(wallet: place.wallet, asset: asset.uuid), default: 0]
      }
      let position = positions.first { $0["place"]?.text == place.uuid.text }
      if (position?["claims"]?.int64 ?? 0) != claims {
        faults.append(
          "clearing: \(place.name) claims \(position?["claims"]?.int64 ?? 0) and holds \(claims)")
      }
    }
    return faults
  }

  /// Most places that will pay have the primary tokens for it.
  private mutating func fund(_ clearing: JSON) async throws {
    for party in clearing["positions"]?.elements ?? [] {
      guard let net = party["net"]?.int64, net < 0, month.isLikely(96),
        let place = place(party["place"])
      else { continue }
      try await submit([try month.payIn(-net, to: place.wallet)])
    }
  }

  private mutating func answer(_ clearing: JSON, _ party: JSON) async throws {
    guard let place = place(party["place"]) else { return }
    let net = month.isLikely(99) ? party["net"] ?? .null : 1
    let act: AnswerClearing.Act = month.isLikely(99) ? .agree : .decline
    try await settle(clearing, act, place, ["net": net])
  }

  /// Who owes by a bank transfer declares it, and who gets it confirms it.
  private mutating func pay(_ clearing: JSON) async throws {
    guard clearing["means"]?.text == ClearingMeans.bank.rawValue else { return }
    for part in clearing["parts"]?.elements ?? [] {
      for payment in part["payments"]?.elements ?? [] {
        guard let debtor = place(payment["debtor"]), let creditor = place(payment["creditor"])
        else { continue }
        let body: JSON = [
          "part": part["part"] ?? .null, "payment": payment["payment"] ?? .null, "reference": "r",
          "paid_on": "2026-11-24",
        ]
        try await settle(clearing, .declare, debtor, body)
        try await settle(clearing, .confirm, creditor, body)
      }
    }
  }

  private func place(_ id: JSON?) -> Books.Place? {
    stand.places.first { $0.uuid.text == id?.text }
  }

  /// A place speaks, and whatever is settled by that leaves everyone as rich as before: what a place hands back is paid to
  /// it, and what it pays is not owed by it any more.
  private mutating func settle(
    _ clearing: JSON, _ act: AnswerClearing.Act, _ place: Books.Place, _ body: JSON
  ) async throws {
    let stand = stand
    let id = ClearingStand.id(clearing)
    let before = try await stand.store.read { try FederationBooks.worth($0, stand) }
    let open = try await settledNets(id)
    let command = AnswerClearing(act, place: place.uuid, device: nil, clearing: id, body: body)
    let outcome = await Self.outcome(of: command, by: stand.service)
    try count(.moves, outcome)
    let after = try await stand.store.read { try FederationBooks.worth($0, stand) }
    let nets = try await settledNets(id)
    guard nets.parts != open.parts else {
      return note(
        before == after ? [] : ["clearing: money moved and nothing was settled"], "clearing")
    }
    month.tally.settled += nets.parts - open.parts
    for (asset, amount) in nets.burnt {
      month.tally.supply[asset, default: 0] -= amount - (open.burnt[asset] ?? 0)
    }
    let isBank = clearing["means"]?.text == ClearingMeans.bank.rawValue
    for place in stand.places {
      let paid = isBank ? (nets.nets[place.uuid] ?? 0) - (open.nets[place.uuid] ?? 0) : 0
      if after[place.uuid, default: 0] + paid != before[place.uuid, default: 0] {
        note(
          [
            "clearing: \(place.name) was worth \(before[place.uuid] ?? 0), is \(after[place.uuid] ?? 0)"
          ], "clearing")
      }
    }
  }

  private struct Settled {
    var parts = 0
    var nets: [EntityID: Int64] = [:]
    var burnt: [EntityID: Int64] = [:]
  }

  /// What is settled of a clearing, as it is shown.
  private func settledNets(_ id: EntityID) async throws -> Settled {
    var settled = Settled()
    for part in try await stand.administration.clearing(id)["parts"]?.elements ?? [] {
      guard part["settled_at"]?.text != nil else { continue }
      settled.parts += 1
      for party in part["parties"]?.elements ?? [] {
        guard let place = party["place"]?.text.flatMap({ EntityID($0) }) else { continue }
        settled.nets[place, default: 0] += party["net"]?.int64 ?? 0
      }
      for claim in part["claims"]?.elements ?? [] {
        guard let asset = claim["asset"]?.text.flatMap({ EntityID($0) }) else { continue }
        settled.burnt[asset, default: 0] += claim["amount"]?.int64 ?? 0
      }
    }
    return settled
  }
}
