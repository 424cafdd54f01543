import FedowProtocol
import GRDB
import Model
import Rules
import Signing

/// Holds each transfer between people against what its sender signed, and what was counted against what was given.
struct TransferAudit {
  private let books: Books
  private let people: Set<EntityID>
  private var given: [EntityID: Given] = [:]

  private struct Given {
    var total: Int64 = 0
    var days: [Int64: Int64] = [:]
  }

  init(_ books: Books) throws {
    self.books = books
    people = Set(try books.rows("SELECT wallet FROM users").map { try $0.id("wallet") })
  }

  /// What is wrong with a transaction as a transfer: nobody but its owner gives a person's money away.
  func faults(of posted: Books.Posted) throws -> [String] {
    let entry = posted.entry
    guard entry.action == .transfer, try books.transfer(posted: entry.id) == nil else { return [] }
    if entry.metadata["transfer_id"] != nil { return ["it says that it is a transfer, and is not listed as one"] }
    let isMelting = try books.row("SELECT 1 FROM melts WHERE sequence = ?", [posted.sequence]) != nil
    guard people.contains(entry.sender), !isMelting else { return [] }
    return ["it takes from a person who did not sign for it"]
  }

  /// What is wrong with the rows, in the order in which they were decided.
  mutating func end() throws -> [LedgerAudit.Break] {
    var breaks: [LedgerAudit.Break] = []
    let cursor = try Row.fetchCursor(books.database, sql: "SELECT * FROM transfers ORDER BY number")
    while let row = try cursor.next() {
      let name = "transfer \(row["number"] as Int64)"
      let reasons: [String]
      do {
        let transfer = try Books.Transfer(row)
        reasons = try signatureFaults(transfer) + (transfer.transaction.map { try faults(of: transfer, $0) } ?? [])
      } catch {
        reasons = ["\(error)"]
      }
      breaks += reasons.map { LedgerAudit.Break(row: name, reason: $0) }
    }
    return breaks
  }

  private func signatureFaults(_ transfer: Books.Transfer) throws -> [String] {
    let body = try JSON.parse(transfer.request)
    let request = try TransferRequest(body, signature: transfer.signature)
    guard request.content == transfer.content, request.id == transfer.id, request.asset == transfer.asset,
      request.amount.minorUnits == transfer.amount
    else { return ["it is not what its request says"] }
    guard let pem = try books.walletPublicKey(transfer.sender), let key = try? RSAPublicKey(pem: pem),
      let signature = Base64URL.decode(transfer.signature),
      key.isValid(signature: signature, for: SignedMessage.post(dump: transfer.request))
    else { return ["its sender has not signed its request"] }
    return []
  }

  private mutating func faults(of transfer: Books.Transfer, _ id: EntityID) throws -> [String] {
    guard let posted = try books.transaction(id), let count = transfer.count else {
      return ["it was posted, and its transaction or what was counted is missing"]
    }
    let entry = posted.entry
    let metadata: JSON = ["transfer_id": JSON(transfer.id.text), "request": JSON(transfer.content)]
    var faults: [String] = []
    if entry.action != .transfer || entry.sender != transfer.sender || entry.receiver != transfer.receiver
      || entry.asset != transfer.asset || entry.amount != transfer.amount || entry.metadata != metadata
    {
      faults.append("its transaction \(id) is not what was signed")
    }
    var sums = given[transfer.sender] ?? Given()
    sums.total = sums.total.saturatingSum(transfer.amount)
    sums.days[count.day] = (sums.days[count.day] ?? 0).saturatingSum(transfer.amount)
    given[transfer.sender] = sums
    let use = Delegation.Use(today: sums.days[count.day] ?? 0, total: sums.total)
    if try TimeZones.system.rules(count.timeZone).day(at: transfer.createdAt) != count.day || use != count.use {
      faults.append("it counts \(count.use), and \(use) was given")
    }
    if (try? TransferRules.use(after: transfer.amount, under: count.limits, from: use.less(transfer.amount))) == nil {
      faults.append("it is more than its limits allowed")
    }
    return faults
  }
}

extension Delegation.Use {
  fileprivate func less(_ amount: Int64) -> Delegation.Use {
    Delegation.Use(today: today.saturatingDifference(amount), total: total.saturatingDifference(amount))
  }
}
