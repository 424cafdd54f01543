import Model

/// What kind of run a seed is: each draws its own mix of operations, its own weather and its own limits, so that together
/// they reach corners that one mix for all would hardly ever reach.
struct Profile {
  var weights: [(kind: Action.Kind, weight: Int64)] = []
  var actionCount = 12
  var kiosks: [Int] = []
  var cards: [Int] = []
  /// Milliseconds between two actions.
  var gap: ClosedRange<Int64> = 300...2000
  var weather = SimulatedNetwork.Weather()
  var isShuffled = false
  /// How many accesses of a store fail, and how many milliseconds each takes at most.
  var diskFaults = 0.0
  var diskDelay: Int64 = 0
  var powerCuts = 0.5
  var offlinePerCard: Int64 = 1_000
  var offlinePerDevice: Int64 = 3_000
  /// What the kiosks themselves allow, where they say so: never more than their place does.
  var kioskPerCard: Int64?
  var kioskPerDevice: Int64?
  var kioskLongest: Int64?
  var kioskHotlistLongest: Int64?
  var kioskAllows = true
  /// Seconds.
  var offlineLongest: Int64 = 14_400
  var hotlistLongest: Int64 = 3_600
  var voidWindow: Int64 = 600
  var isOfflineAllowed = true
  var amounts: ClosedRange<Int64> = 50...600
  /// Microseconds by kiosk.
  var clockErrors: [Int64] = [0, 0, 0]
  /// Microseconds from noon to the beginning of the run.
  var wallOffset: Int64 = 0

  /// Whether a kiosk's wall clock may be set during the run.
  var stepsClocks: Bool { weights.contains { $0.kind == .clock } }

  init(seed: UInt64) {
    var chance = Chance(seed: seed, .profile)
    actionCount = Int(chance.one(of: [6, 10, 14, 20, 30]))
    kiosks = chance.one(of: [[0], [0, 1], [0, 2], [0, 1, 2]])
    cards = chance.one(of: [[0], [2], [0, 2], [0, 1, 3], [2, 4], [0, 1, 2, 3, 4]])
    gap = chance.one(of: [50...400, 300...2000, 300...2000, 1000...8000])
    for kind in Action.Kind.allCases {
      let isUsed = kind == .sell || chance.happens(0.5)
      guard isUsed else { continue }
      let range: ClosedRange<Int64> = [.demand, .island].contains(kind) ? 4...10 : 1...6
      weights.append((kind, kind == .sell ? 12 : chance.number(range)))
    }
    weather.loss = chance.one(of: [0, 0, 0.02, 0.1, 0.3])
    weather.repetition = chance.one(of: [0, 0, 0.05, 0.3])
    weather.delay = chance.one(of: [2...8, 2...8, 5...150, 50...3000])
    weather.slow = chance.one(of: [0, 0, 0.03, 0.15])
    weather.proxy = chance.one(of: [0, 0, 0.05, 0.2])
    isShuffled = chance.happens(0.5)
    diskFaults = chance.one(of: [0, 0, 0, 0.01, 0.04])
    diskDelay = chance.one(of: [0, 0, 5, 200])
    powerCuts = chance.one(of: [0, 0.5, 1])
    offlinePerCard = chance.one(of: [300, 800, 2_000])
    kioskPerCard = chance.one(of: [nil, nil, 500, 5_000])
    offlinePerDevice = chance.one(of: [600, 1_500, 50_000])
    voidWindow = chance.one(of: [2, 600, 600])
    isOfflineAllowed = chance.happens(0.92)
    amounts = chance.one(of: [20...120, 50...300, 100...900, 500...1_500])
    offlineLongest = chance.one(of: [12, 14_400, 14_400, 14_400, 14_400])
    hotlistLongest = chance.one(of: [12, 3_600, 3_600, 3_600, 3_600])
    // So that midnight comes while people pay.
    if chance.happens(0.2) { wallOffset = (43_200 - chance.number(2...30)) * 1_000_000 }
    kioskPerDevice = chance.one(of: [nil, nil, 900, 20_000])
    kioskLongest = chance.one(of: [nil, nil, nil, nil, nil, 15])
    kioskHotlistLongest = chance.one(of: [nil, nil, nil, nil, nil, 15])
    kioskAllows = !chance.happens(0.05)
    if chance.happens(0.3) { clockErrors = (0..<3).map { _ in chance.number(-400...400) * 1_000_000 } }
    if chance.happens(0.4) { becomeCalm() }
  }

  /// Where little breaks more is paid, and what is wrong with what is paid is seen sooner.
  private mutating func becomeCalm() {
    (weather, diskFaults) = (SimulatedNetwork.Weather(), 0)
    let trouble: Set<Action.Kind> = [
      .cut, .outage, .crashKiosk, .crashLedger, .fill, .disable, .revokeDevice, .rotateKeys, .clock, .reader,
    ]
    weights.removeAll { trouble.contains($0.kind) }
  }
}
