import FedowProtocol
import Model
import Rules

/// A debit, or the void of one, with the bytes that every sending of it uses.
public struct OutboxRow: Hashable, Sendable {
  /// The charge it pays.
  public let charge: EntityID
  /// The bytes; their id is the tap's and the row's.
  public let debit: SignedDebit
  /// The dialect in which the bytes are.
  public let dialect: String
  /// How much, in minor units.
  public let amount: Amount
  /// Whether it was decided without the ledger.
  public let isOffline: Bool
  /// The debit that it takes back; nil when it is a debit itself.
  public let voids: EntityID?
  /// Where it stands.
  public let state: OutboxState
  /// How often it was sent after the first time.
  public let attempts: Int
  /// When it was decided.
  public let createdAt: LedgerTime
  /// When it came to stand where it stands.
  public let updatedAt: LedgerTime
  /// Why the ledger refused it.
  public let refusal: Refusal?
  /// What the ledger posted for it.
  public let receipt: Receipt?

  /// A row.
  public init(
    charge: EntityID, debit: SignedDebit, dialect: String, amount: Amount, isOffline: Bool = false,
    voids: EntityID? = nil, state: OutboxState, attempts: Int, createdAt: LedgerTime, updatedAt: LedgerTime? = nil,
    refusal: Refusal? = nil, receipt: Receipt? = nil
  ) {
    self.charge = charge
    self.debit = debit
    self.dialect = dialect
    self.amount = amount
    self.isOffline = isOffline
    self.voids = voids
    self.state = state
    self.attempts = attempts
    self.createdAt = createdAt
    self.updatedAt = updatedAt ?? createdAt
    self.refusal = refusal
    self.receipt = receipt
  }
}

extension OutboxRow {
  /// What became of it; nil while it is not at its end.
  var outcome: DebitOutcome? {
    switch state {
    case .posted:
      .posted(receipt ?? Receipt(id: debit.id, card: debit.card, transactions: [], balances: []))
    case .refused: .refused(refusal ?? Refusal(.ledgerRefused))
    case .pending, .sent, .unknown: nil
    }
  }

  /// The row with other bytes of the same request.
  func carrying(_ debit: SignedDebit) -> OutboxRow {
    OutboxRow(
      charge: charge, debit: debit, dialect: dialect, amount: amount, isOffline: isOffline, voids: voids, state: state,
      attempts: attempts, createdAt: createdAt, updatedAt: updatedAt, refusal: refusal, receipt: receipt)
  }

  /// As the local API shows it; the bytes and the signature only in the long form.
  public func json(isLong: Bool = false) -> JSON {
    var object = JSONObject([
      ("id", JSON(debit.id.text)), ("kind", JSON(voids == nil ? "debit" : "void")), ("state", JSON(state.rawValue)),
      ("charge", JSON(charge.text)), ("card", JSON(debit.card)), ("wallet", JSON(debit.wallet.text)),
      ("amount", JSON(amount.minorUnits)), ("is_offline", .bool(isOffline)), ("voids", JSON(voids?.text)),
      ("attempts", JSON(Int64(attempts))), ("created_at", JSON(createdAt.wire)), ("updated_at", JSON(updatedAt.wire)),
      ("code", JSON(refusal?.code.rawValue)), ("sentence", JSON(refusal?.sentence)),
    ])
    if isLong {
      object["dialect"] = JSON(dialect)
      object["path"] = JSON(debit.path)
      object["body"] = (try? JSON.parse(debit.body)) ?? nil
      object["signature"] = JSON(debit.signature)
    }
    return .object(object)
  }
}

/// What a decision adds to the outbox.
public struct OutboxEntry: Hashable, Sendable {
  /// The bytes.
  public let debit: SignedDebit
  /// What it takes of which asset; empty for a void.
  public let parts: [Allocation]
  /// Whether it was decided without the ledger.
  public let isOffline: Bool
  /// The debit that it takes back; nil for a debit.
  public let voids: EntityID?

  /// An entry.
  public init(debit: SignedDebit, parts: [Allocation], isOffline: Bool = false, voids: EntityID? = nil) {
    self.debit = debit
    self.parts = parts
    self.isOffline = isOffline
    self.voids = voids
  }

  /// Its sum, in minor units.
  public var amount: Amount { parts.reduce(Amount.zero) { $0.adding($1.amount) ?? $0 } }
}
