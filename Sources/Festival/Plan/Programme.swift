import Foundation

/// The whole evening, act by act, made before it begins: guests come when they come, whether or not the ledger keeps up
/// (an open loop), each to a till of their own choice.
struct Programme: Sendable {
  /// By place and till, each in the order of time.
  let lanes: [[PlannedAct]]
  /// How many acts there are.
  let count: Int

  /// Draws an evening.
  init(_ settings: FestivalSettings, stalls: Int, cards: Int) {
    var chance = Chance(seed: settings.seed)
    var lanes = [[PlannedAct]](repeating: [], count: stalls * settings.tills)
    var guests = Guests(cards: cards)
    var time = 0.0
    var count = 0
    let length = Double(settings.seconds)
    while true {
      // A Poisson process at the highest rate, thinned to the curve.
      time += -log(Double.random(in: Double.ulpOfOne..<1, using: &chance)) / settings.rate
      guard time < length else { break }
      guard Double.random(in: 0..<1, using: &chance) < settings.curve.intensity(at: time / length) else { continue }
      guard let visit = guests.next(at: time, settings, length: length, &chance) else { continue }
      // Money is sold and fetched back where it is issued.
      let stall = [.refill, .refund].contains(visit.act) ? 0 : Int.random(in: 0..<stalls, using: &chance)
      let till = Int.random(in: 0..<settings.tills, using: &chance)
      lanes[stall * settings.tills + till].append(
        PlannedAct(
          act: visit.act, due: .seconds(time), stall: stall, till: till, card: visit.card,
          amount: visit.act == .refill ? 1000 : Int64.random(in: 1...12, using: &chance) * 50))
      count += 1
    }
    self.lanes = lanes
    self.count = count
  }
}

/// Whose card is where.
private struct Guests {
  /// Cards whose holders are there.
  private var present: [Int]
  /// Cards that were reported, and when.
  private var lost: [(card: Int, at: Double)] = []

  init(cards: Int) { present = Array(0..<cards) }

  /// The next guest; nil when nobody is left.
  mutating func next(
    at time: Double, _ settings: FestivalSettings, length: Double, _ chance: inout Chance
  ) -> (act: Act, card: Int)? {
    // A lost card is found and tried a while later.
    if let found = lost.firstIndex(where: { $0.at + 2 < time }) { return (.find, lost.remove(at: found).card) }
    guard !present.isEmpty else { return nil }
    let index = Int.random(in: 0..<present.count, using: &chance)
    let draw = Double.random(in: 0..<100, using: &chance)
    let refunds = settings.refunds * settings.curve.refundShare(at: time / length)
    switch draw {
    case ..<settings.losses where settings.dialect.knowsLostCards && present.count > 1:
      let card = leave(index)
      lost.append((card, time))
      return (.loss, card)
    case ..<(settings.losses + refunds) where draw >= settings.losses && present.count > 1:
      return (.refund, leave(index))
    case ..<(settings.losses + refunds + settings.refills) where draw >= settings.losses + refunds:
      return (.refill, present[index])
    default: return (.sale, present[index])
    }
  }

  private mutating func leave(_ index: Int) -> Int {
    present.swapAt(index, present.count - 1)
    return present.removeLast()
  }
}
