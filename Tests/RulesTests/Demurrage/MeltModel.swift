/// Melting as its definition says it, without anything of the rules' own: every instant in its order, and a calendar of
/// Paris that is counted day by day.
struct MeltModel {
  /// A period, in seconds since 1970.
  struct Period {
    let window: Int64
    let start: Int64
    let end: Int64
    let rate: UInt32
    let floor: UInt64
  }

  /// Something that a wallet does: receives, or spends if it has so much.
  struct Event {
    let at: Int64
    let amount: UInt64
    let isReceipt: Bool
  }

  /// When each day from 2026 on begins in Paris, and which weekday (0: Monday) and date it is.
  struct Day {
    let start: Int64
    let weekday: Int
    let month: Int
    let day: Int
  }

  static let days: [Day] = {
    var days: [Day] = []
    var (year, month, day, number, weekday) = (2026, 1, 1, 20_454, 3)
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    var isSummer = false
    while year < 2034 {
      let length = month == 2 && year % 4 == 0 ? 29 : lengths[month - 1]
      // The clocks change in the night of the last Sunday of March and October: its own beginning is not yet moved.
      days.append(
        Day(start: Int64(number) * 86_400 - (isSummer ? 7200 : 3600), weekday: weekday, month: month, day: day))
      if weekday == 6, day > 24, month == 3 { isSummer = true }
      if weekday == 6, day > 24, month == 10 { isSummer = false }
      (day, number, weekday) = (day + 1, number + 1, (weekday + 1) % 7)
      if day > length { (day, month) = (1, month + 1) }
      if month > 12 { (month, year) = (1, year + 1) }
    }
    return days
  }()

  /// The months of 2027 to 2029 at 1.5 % with a grace of 10 days and a floor of 5.00, then weeks at 0.2 % without.
  static let periods: [Period] = {
    var periods: [Period] = []
    let change = days.firstIndex { $0.start >= 1_893_452_400 } ?? 0  // 2030-01-01 in Paris
    let months = days.indices.filter { days[$0].day == 1 && $0 >= 365 && $0 <= change }
    for (first, next) in zip(months, months.dropFirst()) {
      periods.append(
        Period(
          window: days[first - 10].start, start: days[first].start, end: days[next].start, rate: 15_000, floor: 500))
    }
    let weeks = days.indices.filter { days[$0].weekday == 0 && $0 >= change }
    for (first, next) in zip(weeks, weeks.dropFirst()) {
      periods.append(
        Period(window: days[first].start, start: days[first].start, end: days[next].start, rate: 2_000, floor: 0))
    }
    return periods
  }()

  /// What a wallet has at an instant and what melted of it, when all that it does is this.
  static func run(_ events: [Event], until instant: Int64) -> (balance: BigNatural, melted: BigNatural) {
    var balance = BigNatural(0)
    var melted = BigNatural(0)
    var log: [(at: Int64, balance: BigNatural)] = [(.min, balance)]
    var index = 0
    func happen(before end: Int64) {
      while index < events.count, events[index].at < end {
        let amount = BigNatural(events[index].amount)
        if events[index].isReceipt { balance = balance + amount }
        if !events[index].isReceipt, balance >= amount { balance = balance - amount }
        log.append((events[index].at, balance))
        index += 1
      }
    }
    for period in periods where period.end <= instant {
      happen(before: period.end)
      let carried = log.last { $0.at <= period.window }?.balance ?? balance
      let least = log.filter { $0.at > period.window }.map(\.balance).reduce(carried) { min($0, $1) }
      guard least > BigNatural(period.floor) else { continue }
      let loss = (least - BigNatural(period.floor)) * period.rate / 1_000_000
      balance = balance - loss
      melted = melted + loss
      log.append((period.end, balance))
      log.removeAll { $0.at < period.window - 40 * 86_400 && $0.at > .min }
      if log.count > 1, log[1].at > period.window { log[0].balance = carried }
    }
    happen(before: instant + 1)
    return (balance, melted)
  }
}
