import FedowProtocol

/// Holds every charge against the books.
struct Verdict {
  /// What was found.
  struct Findings: Sendable {
    /// Charges by their end, with the refusal's code.
    var ends: [String: Int] = [:]
    /// Rows of the outboxes by their state.
    var rows: [String: Int] = [:]
    var sales = 0
    var spent: Int64 = 0
  }

  let stand: Stand
  /// The ends that charges were seen to have while the faults went on.
  let seen: [String: String]

  /// Ends that took nothing: a kiosk says them at once, and one that is killed before its full disk takes them says after
  /// its restart that nobody paid.
  private static let mayBecomeExpired: Set = ["refused", "cancelled"]

  /// - Throws: `Breach` on the first thing that must not be.
  func reach() async throws -> Findings {
    let books = try stand.ledger.books()
    var open = Dictionary(grouping: books.sales, by: \.comment)
    var findings = Findings()
    for kiosk in stand.kiosks {
      for id in try kiosk.charges() {
        guard let charge = await kiosk.call("GET", "/v1/charges/\(id)")?.json, let state = charge["state"]?.text else {
          throw Breach("charge \(id) cannot be read")
        }
        let sales = open.removeValue(forKey: charge["description"]?.text ?? "") ?? []
        try check(charge, id, state, sales)
        let code = charge["code"]?.text.map { " (\($0))" } ?? ""
        findings.ends[state + (state == "paid" ? "" : code), default: 0] += 1
      }
    }
    for kiosk in stand.kiosks {
      for row in try kiosk.rows() {
        try check(row, against: books)
        findings.rows[row.state, default: 0] += 1
      }
    }
    guard open.isEmpty else { throw Breach("sales of no charge: \(open.keys.sorted())") }
    try checkSums(books)
    try stand.ledger.verify()
    findings.sales = books.sales.count
    findings.spent = books.sales.reduce(0) { $0 + $1.amount }
    return findings
  }

  private func check(_ charge: JSON, _ id: String, _ state: String, _ sales: [Books.Sale]) throws {
    let said = "charge \(id) (\(charge["description"]?.text ?? "")) of \(charge["amount"]?.int64 ?? 0) says \(state)"
    guard ["paid", "refused", "expired", "cancelled"].contains(state) else { throw Breach("\(said): in doubt") }
    if let before = seen[id], before != state, !Self.mayBecomeExpired.contains(before) || state != "expired" {
      throw Breach("\(said), and said \(before) before")
    }
    let expected = state == "paid" ? charge["amount"]?.int64 : 0
    let sum = sales.reduce(0) { $0 + $1.amount }
    let debits = sales.filter { $0.amount > 0 }
    guard sum == expected, Set(debits.map(\.asset)).count == debits.count else {
      throw Breach("\(said), and the books have \(sales.map(\.amount))")
    }
    guard sales.allSatisfy({ $0.card == charge["card"]?.text }) else { throw Breach("\(said), and another card paid") }
  }

  /// An outbox says of each of its rows what the books say.
  private func check(_ row: KioskStand.Row, against books: Books) throws {
    guard let ids = books.ids else { return }
    let isThere = ids.contains(row.id)
    guard row.state == (isThere ? "posted" : "refused") else {
      throw Breach("row \(row.id) of an outbox is \(row.state), and the books \(isThere ? "have" : "do not have") it")
    }
  }

  private func checkSums(_ books: Books) throws {
    let spent = Dictionary(grouping: books.sales, by: \.card).mapValues { $0.reduce(0) { $0 + $1.amount } }
    for card in stand.cards {
      let expected = card.balances.reduce(0, +) - (spent[card.tag] ?? 0)
      guard books.money[card.tag] == expected, expected >= 0 else {
        throw Breach("card \(card.tag) has \(books.money[card.tag] ?? 0), and should have \(expected)")
      }
    }
  }
}
