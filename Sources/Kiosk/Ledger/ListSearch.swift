import FedowProtocol
import Model

/// Picks, from a Fedow server's list of all transactions, what concerns one debit: those that name it or its wallet, back to
/// the last one that the balance had before it. Pure.
///
/// The list is as long as the server's history, newest first, and comes in pieces; only what is picked is kept.
public struct ListSearch: Hashable, Sendable {
  /// A transaction that is longer is none.
  private static let longestRow = 1 << 20

  private enum Phase {
    case before
    /// Inside the list, or a transaction of it.
    case inside
    /// The list has ended.
    case whole
    /// What is wanted of it is here.
    case enough
    /// It is not such a list.
    case broken
  }

  private let debit: SignedDebit
  private let witness: FedowWitness?
  private var phase = Phase.before
  private var depth = 0
  private var isInText = false
  private var isEscaped = false
  private var row: [UInt8] = []
  private var picked: [UInt8] = []

  init(for debit: SignedDebit, since witness: FedowWitness?) {
    self.debit = debit
    self.witness = witness
  }

  /// Whether nothing more is wanted.
  var isOver: Bool { phase == .enough || phase == .broken }

  /// What was picked, as a list; nothing while the list has not come to its end or to what is wanted.
  var found: [UInt8] {
    phase == .whole || phase == .enough ? Array("[".utf8) + picked.dropLast() + Array("]".utf8) : []
  }

  /// Takes a piece; false when nothing more is wanted.
  mutating func take(_ piece: [UInt8]) -> Bool {
    var start = 0
    for (index, byte) in piece.enumerated() where !isOver {
      let wasInRow = depth > 1
      step(byte)
      if !wasInRow && depth > 1 { start = index }
      if wasInRow && depth == 1 {
        row += piece[start...index]
        end()
      }
    }
    if depth > 1 && !isOver { row += piece[start...] }
    if row.count > Self.longestRow { phase = .broken }
    return !isOver
  }

  /// Follows the list's brackets and texts.
  private mutating func step(_ byte: UInt8) {
    if isInText {
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isInText = false
      }
      return
    }
    switch byte {
    case UInt8(ascii: "\""): isInText = true
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      if phase == .before { phase = byte == UInt8(ascii: "[") ? .inside : .broken }
      depth += 1
    case UInt8(ascii: "]"), UInt8(ascii: "}"):
      depth -= 1
      if depth <= 0 { phase = depth == 0 && phase == .inside ? .whole : .broken }
    default: break
    }
  }

  /// A transaction has ended.
  private mutating func end() {
    defer { row = [] }
    guard [debit.id, debit.wallet].contains(where: { row.firstRange(of: Array($0.text.utf8)) != nil }) else { return }
    guard let transaction = FedowTransaction(try? JSON.parse(row)) else { return phase = .broken }
    picked += row + [UInt8(ascii: ",")]
    if transaction.isOf(debit) || witness?.isReached(by: transaction) == true { phase = .enough }
  }
}
