import FedowProtocol

/// A card as an operator reads it, from either form of a ledger's answer: the native one, or a Fedow server's.
struct CardSheet {
  let lines: [String]

  init(_ card: JSON) {
    lines = card["tag"] == nil ? Self.ofFedow(card) : Self.native(card)
  }

  /// With what a native ledger tells of the card's life besides.
  init(_ card: JSON, sheet: JSON) { lines = Self(card).lines + Self.life(sheet) }

  private static func life(_ sheet: JSON) -> [String] {
    let text = { (key: String) in sheet[key]?.text }
    return [
      text("origin_name").map { "from \($0), generation \(sheet["generation"]?.int64 ?? 0)" },
      text("email").map { "belongs to \($0)" },
      text("email_pending").map { "waits until \($0) confirms" },
      sheet["is_primary"]?.bool == true ? "an operator's card here" : nil,
      text("blocked_at").map { "blocked \($0) by \(text("blocked_by") ?? "?")" },
      text("replaced_by").map { "replaced by the card printed \($0)" },
      text("replaces").map { "replaces the card printed \($0)" },
      sheet["limits"]?["per_tap"]?.int64 == nil ? nil : "at most \(Terminal.amount(sheet["limits"]?["per_tap"])) a tap",
      sheet["limits"]?["per_day"]?.int64 == nil ? nil : "at most \(Terminal.amount(sheet["limits"]?["per_day"])) a day",
    ].compactMap { $0 }.map { "  " + $0 }
  }

  private static func native(_ card: JSON) -> [String] {
    let state = card["state"]?.text ?? "?"
    let head = heading(card["tag"], card["number_printed"]) + (state == "usable" ? "" : "  \(state)")
    let owner = wallet(card["wallet"], isNobodys: card["is_ephemeral"]?.bool == true)
    return [head, owner]
      + (card["holdings"]?.elements ?? []).map { holding in
        balance(holding["balance"], holding["name"], holding["category"])
          + (holding["is_accepted"]?.bool == false ? ", not accepted here" : "")
      }
  }

  private static func ofFedow(_ card: JSON) -> [String] {
    let owner = wallet(card["wallet"]?["uuid"], isNobodys: card["is_wallet_ephemere"]?.bool == true)
    return [heading(card["first_tag_id"], card["number_printed"]), owner]
      + (card["wallet"]?["tokens"]?.elements ?? []).map { token in
        balance(token["value"], token["asset_name"], token["asset_category"])
      }
  }

  private static func heading(_ tag: JSON?, _ number: JSON?) -> String {
    "card \(tag?.text ?? "?")  printed \(number?.text ?? "?")"
  }

  private static func wallet(_ wallet: JSON?, isNobodys: Bool) -> String {
    "wallet \(wallet?.text ?? "?")\(isNobodys ? " (nobody's yet)" : "")"
  }

  private static func balance(_ amount: JSON?, _ name: JSON?, _ category: JSON?) -> String {
    "  \(Terminal.amount(amount)) \(name?.text ?? "?") (\(category?.text ?? "?"))"
  }
}
