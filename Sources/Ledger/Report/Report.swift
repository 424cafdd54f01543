import FedowProtocol
import Model
import Rules

/// What a place, or all of them, took and gave in a time, by local hours or days.
struct Report {
  /// What one row is about.
  private struct Subject: Hashable {
    let span: LocalSpan
    let place: EntityID
    let device: EntityID?
    let asset: EntityID
    let kind: Taking.Kind
  }

  let place: Books.Place?
  let from: LedgerTime
  let to: LedgerTime
  let step: ReportRequest.Step
  let zone: String
  private let rows: [(subject: Subject, count: Int64, amount: Int64)]

  init(
    place: Books.Place?, from: LedgerTime, to: LedgerTime, step: ReportRequest.Step, zone: String, takings: [Taking]
  ) throws {
    let rules = try TimeZones.system.rules(zone)
    var sums: [Subject: (count: Int64, amount: Int64)] = [:]
    // A quarter has many takings, and one span.
    var spans: [Int64: LocalSpan] = [:]
    for taking in takings {
      let instant = taking.quarter * Taking.quarter
      let span = spans[taking.quarter] ?? (step == .hour ? rules.hour(of: instant) : rules.daySpan(of: instant))
      spans[taking.quarter] = span
      let subject = Subject(
        span: span, place: taking.place, device: taking.device, asset: taking.asset, kind: taking.kind)
      let sum = sums[subject] ?? (0, 0)
      sums[subject] = (sum.count + taking.count, sum.amount.saturatingSum(taking.amount))
    }
    self.place = place
    self.from = from
    self.to = to
    self.step = step
    self.zone = zone
    rows = sums.map { ($0.key, $0.value.count, $0.value.amount) }
  }

  /// The rows with their names, in the order of time and then of names.
  func lines(_ books: Books) throws -> [JSON] {
    let places = Dictionary(uniqueKeysWithValues: try books.places().map { ($0.uuid, $0.name) })
    let assets = Dictionary(uniqueKeysWithValues: try books.assets().map { ($0.uuid, $0) })
    var devices: [EntityID: String] = [:]
    for place in Set(rows.map(\.subject.place)) {
      for device in try books.devices(of: place) { devices[device.uuid] = device.name }
    }
    let named = rows.map { row in
      (
        row: row,
        names: [
          places[row.subject.place] ?? "", row.subject.device.flatMap { devices[$0] } ?? "",
          assets[row.subject.asset]?.name ?? "", row.subject.kind.rawValue, row.subject.device?.text ?? "",
        ]
      )
    }
    return named.sorted { left, right in
      let (one, other) = (left.row.subject.span, right.row.subject.span)
      return one == other
        ? left.names.lexicographicallyPrecedes(right.names)
        : (one.start, one.offset) < (other.start, other.offset)
    }.map { row, _ in
      let subject = row.subject
      return [
        "hour": JSON(subject.span.wire), "place": JSON(places[subject.place]),
        "device": JSON(subject.device.flatMap { devices[$0] }), "asset": JSON(subject.asset.text),
        "asset_name": JSON(assets[subject.asset]?.name), "category": JSON(assets[subject.asset]?.category.rawValue),
        "kind": JSON(subject.kind.rawValue), "count": JSON(row.count), "amount": JSON(row.amount),
      ]
    }
  }
}

extension LocalSpan {
  /// When it begins by the local clock, with that clock's offset: `2026-10-25T02:00:00+01:00`.
  var wire: String {
    let minutes = abs(offset) / 60
    let digits = { (number: Int64) in number < 10 ? "0\(number)" : "\(number)" }
    let local = LedgerTime(microseconds: localStart * 1_000_000).wire.dropLast()
    return "\(local)\(offset < 0 ? "-" : "+")\(digits(minutes / 60)):\(digits(minutes % 60))"
  }
}
