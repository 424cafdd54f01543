import FedowProtocol
import Model

/// A charge as people read it.
enum ChargeText {
  /// Prints where a charge stands, or its JSON.
  static func show(_ charge: JSON, json: Bool) {
    if json { return Terminal.line(charge.compact) }
    let word = charge["state"]?.text ?? "?"
    Terminal.line("\(word)\t\(Terminal.amount(charge["amount"]))\t\(charge["id"]?.text ?? "?")")
    if word == "paid_offline" { Terminal.line("  The ledger does not answer; the debit is sent when it is back.") }
    if word == "partly_paid" { Terminal.line("  \(Terminal.amount(charge["missing"])) is missing; tap another card.") }
    if let sentence = charge["sentence"]?.text { Terminal.line("  \(sentence) (\(charge["code"]?.text ?? "?"))") }
    if let entrance = charge["entrance"], !entrance.isNull {
      let instant = entrance["instant"]?.text.map { " \($0)" } ?? ""
      Terminal.line(
        "  membership \(entrance["standing"]?.text ?? "?")\(instant)  as of \(entrance["known_at"]?.text ?? "?")")
    }
    for transaction in charge["receipt"]?["transactions"]?.elements ?? [] {
      let name = transaction["asset_name"]?.text ?? "?"
      Terminal.line("  \(Terminal.amount(transaction["amount"])) \(name)  hash \(transaction["hash"]?.text ?? "?")")
    }
    for balance in charge["receipt"]?["balances"]?.elements ?? [] {
      let name = balance["name"]?.text ?? "?"
      Terminal.line("  \(name): \(Terminal.amount(balance["before"])) -> \(Terminal.amount(balance["after"]))")
    }
  }
}
