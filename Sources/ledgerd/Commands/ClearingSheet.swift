import Console
import FedowProtocol
import Model

/// A clearing as tables and as CSV; `ClearingPage` is the page.
struct ClearingSheet {
  let clearing: JSON
  /// Whether it was proposed; what is only looked at has no id that anyone could name, and nobody to answer.
  let isProposed: Bool

  private static let positionColumns = ["place_name", "claims", "owes", "net"]

  init(_ clearing: JSON, isProposed: Bool = true) {
    self.clearing = clearing
    self.isProposed = isProposed
  }

  var printout: (json: JSON, text: String) { (clearing, text) }

  var positions: [JSON] { clearing["positions"]?.elements ?? [] }
  var parts: [JSON] { clearing["parts"]?.elements ?? [] }

  static func sum(_ value: JSON) -> String {
    value.int64.map { Money.here.text(Amount(minorUnits: $0)) } ?? ""
  }

  /// The positions, amounts in whole minor units.
  var csv: String {
    TextTable(positions, columns: Self.positionColumns + ["place"]).csv.joined(separator: "\n")
  }

  /// For people.
  var text: String {
    guard !positions.isEmpty else {
      return "No place holds money of another that it could have paid out."
    }
    let table = TextTable(
      positions, columns: Self.positionColumns,
      texts: ["claims": Self.sum, "owes": Self.sum, "net": Self.sum])
    let word = { (key: String) in clearing[key]?.text ?? "" }
    let total = positions.reduce(Int64(0)) { $0 &+ ($1["net"]?.int64 ?? 0) }
    let head = [
      "federation   \(word("federation_name"))",
      "taken        \(clearing["from"]?.text.map { "from \($0) " } ?? "")until \(word("to"))",
      "settled      \(word("netting")), \(word("means") == "bank" ? "by bank transfers" : "in primary tokens")",
      "",
    ]
    let name = isProposed ? ["clearing     \(word("id"))"] : []
    return (name + head + table.lines + ["sum of nets  \(Self.sum(JSON(total)))"] + parts.flatMap(lines))
      .joined(separator: "\n")
  }

  private func lines(_ part: JSON) -> [String] {
    let state = isProposed ? ": \(part["state"]?.text ?? "")" : ""
    let lines = (isProposed ? answers(part) : []) + claims(part) + payments(part) + obstacle(part)
    return ["", "part \(part["part"]?.int64 ?? 0)\(state)"] + lines.map { "  \($0)" }
  }

  /// What each place said.
  func answers(_ part: JSON) -> [String] {
    (part["parties"]?.elements ?? []).map { party in
      let word =
        party["declined_at"]?.text.map { "declined \($0) \(party["reason"]?.text ?? "")" }
        ?? party["agreed_at"]?.text.map { "agreed \($0)" } ?? "has not answered"
      return "\(party["place_name"]?.text ?? ""): \(word)"
    }
  }

  /// What each hands back.
  func claims(_ part: JSON) -> [String] {
    (part["claims"]?.elements ?? []).map {
      "\($0["holder_name"]?.text ?? "") hands back \(Self.sum($0["amount"] ?? .null)) of "
        + "'\($0["asset_name"]?.text ?? "")' to \($0["issuer_name"]?.text ?? "")"
    }
  }

  /// Who pays whom, each with its number.
  func payments(_ part: JSON) -> [String] {
    (part["payments"]?.elements ?? []).map { payment in
      let transfer = payment["reference"]?.text.map {
        ", transfer '\($0)' of \(payment["paid_on"]?.text ?? "")"
          + (payment["confirmed_at"]?.text == nil ? ", not confirmed" : ", confirmed")
      }
      return "\(payment["payment"]?.int64 ?? 0). \(payment["debtor_name"]?.text ?? "") pays "
        + "\(payment["creditor_name"]?.text ?? "") \(Self.sum(payment["amount"] ?? .null))\(transfer ?? "")"
    }
  }

  /// Why it could not be posted yet.
  func obstacle(_ part: JSON) -> [String] { part["obstacle"]?["sentence"]?.text.map { [$0] } ?? [] }
}
