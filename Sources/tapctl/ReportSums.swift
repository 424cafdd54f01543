import Console
import FedowProtocol
import Model

/// What a report comes to: by kind and money, outstanding, cards, unsettled.
struct ReportSums {
  let totals: [(kind: String, money: String, count: Int64, amount: Int64)]
  private let report: JSON

  init(_ report: JSON) {
    self.report = report
    var totals: [(kind: String, money: String, count: Int64, amount: Int64)] = []
    for row in report["rows"]?.elements ?? [] {
      let (kind, money) = (row["kind"]?.text ?? "?", row["asset_name"]?.text ?? "?")
      let (count, amount) = (row["count"]?.int64 ?? 0, row["amount"]?.int64 ?? 0)
      if let index = totals.firstIndex(where: { $0.kind == kind && $0.money == money }) {
        totals[index].count += count
        totals[index].amount = totals[index].amount.saturatingSum(amount)
      } else {
        totals.append((kind, money, count, amount))
      }
    }
    self.totals = totals
  }

  /// For people.
  var lines: [String] {
    let sums = totals.map { "\($0.kind)\t\($0.money)\t\($0.count)\t\(Money.here.text(Amount(minorUnits: $0.amount)))" }
    let outstanding = (report["outstanding"]?.elements ?? []).map {
      "outstanding\t\($0["asset_name"]?.text ?? "?")\t\t\(Terminal.amount($0["amount"]))"
    }
    let cards = ["issued", "lost", "replaced", "unblocked"].map { "\($0) \(report["cards"]?[$0]?.int64 ?? 0)" }
    let unsettled = report["unsettled"]
    return sums + outstanding + [
      "cards\t\(cards.joined(separator: ", "))",
      "unsettled\t\(unsettled?["count"]?.int64 ?? 0)\t\(Terminal.amount(unsettled?["amount"]))",
    ]
  }
}
