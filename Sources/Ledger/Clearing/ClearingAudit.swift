import FedowProtocol
import Model
import Rules

/// Recomputes the clearings from the chain: what was proposed must be what places held of each other's money then, and each
/// settlement must be posted as it was agreed, no more and no less.
struct ClearingAudit {
  private struct Holding: Hashable {
    let wallet: EntityID
    let asset: EntityID
  }

  /// What a claim's holder took in the claim's period.
  private struct Window {
    let clearing: Int
    let from: Int64
    let to: Int64
    var taken: Int64 = 0
  }

  /// What a settlement's transaction must be.
  private struct Expected {
    let action: TransactionAction
    let sender: EntityID
    let receiver: EntityID
    let asset: EntityID
    let amount: Int64
    let metadata: JSON
    let row: String
  }

  private let clearings: [ClearingProposal]
  private let wallets: [EntityID: EntityID]
  private let melting: Set<EntityID>
  private var windows: [Holding: [Window]] = [:]
  private var balances: [Holding: Int64] = [:]
  private var expected: [Int64: Expected] = [:]
  /// The clearings whose sequence was not passed yet, the next one last.
  private var waiting: [Int]
  private(set) var breaks: [LedgerAudit.Break] = []

  init(_ books: Books) throws {
    // From the first: a proposal's number grows with the ledger's.
    clearings = try books.clearings(limit: .max).reversed()
    wallets = Dictionary(uniqueKeysWithValues: try books.places().map { ($0.uuid, $0.wallet) })
    melting = Set(try books.meltingTerms().keys)
    let known = clearings
    waiting = known.indices.sorted { known[$0].sequence > known[$1].sequence }
    for (index, clearing) in clearings.enumerated() {
      for part in clearing.parts {
        for claim in part.claims {
          guard let wallet = wallets[claim.claim.holder] else {
            report(clearing, part, Self.nowhere)
            continue
          }
          windows[Holding(wallet: wallet, asset: claim.claim.asset), default: []].append(
            Window(
              clearing: index, from: clearing.from?.microseconds ?? .min,
              to: clearing.to.microseconds))
        }
        try expect(part, of: clearing, books)
      }
    }
  }

  private static let nowhere = "it names a place that there is not"

  private mutating func expect(
    _ part: ClearingProposal.Part, of clearing: ClearingProposal, _ books: Books
  ) throws {
    let row = "clearing \(clearing.id), part \(part.number)"
    for claim in part.claims {
      guard let posted = claim.posted, let holder = wallets[claim.claim.holder] else { continue }
      expected[posted] = Expected(
        action: .bankDeposit, sender: holder, receiver: try books.primaryWallet(),
        asset: claim.claim.asset, amount: claim.claim.amount,
        metadata: clearing.metadata(part, claim: claim.number),
        row: row)
    }
    for payment in part.payments {
      guard let posted = payment.posted, let asset = try books.federatedAsset() else { continue }
      guard let debtor = wallets[payment.payment.debtor], let creditor = wallets[payment.payment.creditor] else {
        report(clearing, part, Self.nowhere)
        continue
      }
      expected[posted] = Expected(
        action: .transfer, sender: debtor, receiver: creditor, asset: asset.uuid,
        amount: payment.payment.amount,
        metadata: clearing.metadata(part, payment: payment.number), row: row)
    }
  }

  /// One transaction and what it left in its balances.
  /// - Returns: what is wrong with it.
  mutating func step(_ posted: Books.Posted, senderAfter: Int64?, receiverAfter: Int64?) -> [String] {
    while let next = waiting.last, clearings[next].sequence < posted.sequence {
      freeze(next)
      waiting.removeLast()
    }
    let entry = posted.entry
    count(
      entry, entry.sender, after: senderAfter,
      delta: ClearingProposal.givings.contains(entry.action) ? -1 : 0)
    count(
      entry, entry.receiver, after: receiverAfter,
      delta: ClearingProposal.takings.contains(entry.action) ? 1 : 0)
    guard let settlement = expected.removeValue(forKey: posted.sequence) else {
      let saysSo =
        entry.comment == LedgerWriter.clearingComment && entry.metadata["clearing"] != nil
      return saysSo && wallets.values.contains(entry.sender)
        ? ["it says that it settles a clearing, and none names it"] : []
    }
    let isRight =
      settlement.action == entry.action && settlement.sender == entry.sender
      && settlement.receiver == entry.receiver
      && settlement.asset == entry.asset && settlement.amount == entry.amount
      && settlement.metadata == entry.metadata
    return isRight ? [] : ["it is not what \(settlement.row) agreed to"]
  }

  private mutating func count(_ entry: ChainEntry, _ wallet: EntityID, after: Int64?, delta: Int64) {
    let holding = Holding(wallet: wallet, asset: entry.asset)
    guard let counted = windows[holding] else { return }
    balances[holding] = after ?? 0
    guard delta != 0 else { return }
    for index in counted.indices
    where entry.datetime.microseconds >= counted[index].from
      && entry.datetime.microseconds < counted[index].to
      && waiting.contains(counted[index].clearing)
    {
      let taken = windows[holding]?[index].taken ?? 0
      windows[holding]?[index].taken =
        delta < 0 ? taken.saturatingDifference(entry.amount) : taken.saturatingSum(entry.amount)
    }
  }

  /// The claims as the chain has them at the clearing's sequence.
  private mutating func freeze(_ index: Int) {
    let clearing = clearings[index]
    for part in clearing.parts {
      for claim in part.claims.map(\.claim) {
        guard let wallet = wallets[claim.holder] else { continue }
        let holding = Holding(wallet: wallet, asset: claim.asset)
        let taken = windows[holding]?.first { $0.clearing == index }?.taken ?? 0
        let made = ClearingClaim.amount(taken: taken, held: balances[holding] ?? 0) ?? 0
        // Of melting money a part may have been due, which is no claim.
        guard claim.amount != made, !melting.contains(claim.asset) || claim.amount > made else {
          continue
        }
        report(
          clearing, part,
          "place \(claim.holder) claims \(claim.amount) of asset \(claim.asset); it had taken and held "
            + "\(made)")
      }
    }
  }

  /// What is wrong with the clearings themselves, after the last transaction.
  mutating func end() -> [LedgerAudit.Break] {
    for index in waiting.reversed() { freeze(index) }
    waiting = []
    for (sequence, settlement) in expected.sorted(by: { $0.key < $1.key }) {
      breaks.append(
        LedgerAudit.Break(
          row: settlement.row, reason: "there is no transaction \(sequence), which settles it"))
    }
    for clearing in clearings {
      for part in clearing.parts { check(part, of: clearing) }
    }
    return breaks
  }

  private mutating func check(_ part: ClearingProposal.Part, of clearing: ClearingProposal) {
    guard let positions = try? Clearing.positions(of: part.claims.map(\.claim)) else {
      return report(clearing, part, "its claims are none")
    }
    if part.parties.reduce(0, { $0 &+ $1.net }) != 0 {
      report(clearing, part, "its positions do not add up to zero")
    }
    if positions.map(\.place) != part.parties.map(\.place).sorted()
      || positions.contains(where: { position in
        part.parties.first { $0.place == position.place }?.net != position.net
      })
    {
      report(clearing, part, "its positions are not what its claims make")
    }
    if part.payments.map(\.payment) != Clearing.payments(settling: positions) {
      report(clearing, part, "its payments are not what its positions make")
    }
    let isPrimary = clearing.means == .primary
    let isWhole =
      part.claims.allSatisfy { $0.posted != nil }
      && part.payments.allSatisfy { ($0.posted != nil) == isPrimary }
    let isEmpty =
      part.claims.allSatisfy { $0.posted == nil } && part.payments.allSatisfy { $0.posted == nil }
    if !(part.settledAt == nil ? isEmpty : isWhole) {
      report(clearing, part, "it is posted by half")
    }
    guard part.settledAt != nil else { return }
    if !part.parties.allSatisfy({ $0.agreedAt != nil && $0.declinedAt == nil }) {
      report(clearing, part, "it is settled, and not everyone agreed")
    }
    if !isPrimary, !part.payments.allSatisfy({ $0.declaredAt != nil && $0.confirmedAt != nil }) {
      report(
        clearing, part, "it is settled, and not every bank transfer was declared and confirmed")
    }
  }

  private mutating func report(
    _ clearing: ClearingProposal, _ part: ClearingProposal.Part, _ reason: String
  ) {
    breaks.append(
      LedgerAudit.Break(row: "clearing \(clearing.id), part \(part.number)", reason: reason))
  }
}
