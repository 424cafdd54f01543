import Model

/// What a transaction is to the people whose history it stands in, where the protocol's action alone does not say it.
public enum HistoryKind: String, Sendable, CaseIterable {
  case created, refilled, paid, subscribed, badged, refunded, voided, joined, deposited, corrected
  /// Given by one person to another.
  case given
  /// A debit that was taken back.
  case takenBack = "taken_back"
  /// Taken by the terms on which the money melts.
  case melted
  /// Any other movement from wallet to wallet.
  case moved
}

extension Books {
  /// What a posting was. `TRF` moves money for several reasons; the row beside it tells for which.
  func what(_ posted: Posted) throws -> HistoryKind {
    switch posted.entry.action {
    case .firstBlock, .creation: return .created
    case .refill: return .refilled
    case .sale, .qrCodeSale: return .paid
    case .membership: return .subscribed
    case .badge: return .badged
    case .refund: return .refunded
    case .void: return .voided
    case .fusion: return .joined
    case .bankDeposit: return .deposited
    case .correction: return .corrected
    case .transfer:
      let id = posted.entry.id.text
      if try row("SELECT 1 FROM transfers WHERE posted = ?", [id]) != nil { return .given }
      if try row("SELECT 1 FROM reversals WHERE reverse = ?", [id]) != nil { return .takenBack }
      return try row("SELECT 1 FROM melts WHERE sequence = ?", [posted.sequence]) == nil ? .moved : .melted
    }
  }
}
