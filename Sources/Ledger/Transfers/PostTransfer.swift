import FedowProtocol
import Model
import Rules

/// `POST /v1/wallet/transfers/`: a person gives money to another, by their own signature, known by the transfer's id.
///
/// The first decision about an id is the only one: it is kept, a refusal too, and given again to every repetition.
public struct PostTransfer: LedgerCommand {
  let signer: EntityID
  let request: TransferRequest

  /// How a transfer is named in the chain.
  static let comment = "Transfer"

  /// Gives from this signer's wallet.
  public init(signer: EntityID, request: TransferRequest) {
    self.signer = signer
    self.request = request
  }

  /// 201 with the transaction, or the refusal; 200 when it was posted before.
  /// - Throws: `Rejection` for who is no person, `Refusal` with `idempotency_conflict` or `rate_limited`; none is kept.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    guard try ledger.books.user(wallet: signer) != nil else { throw Rejection.forbidden }
    if let seen = try ledger.books.transfer(request.id, of: signer) {
      guard seen.content == request.content else { throw Refusal(.idempotencyConflict) }
      return seen.transaction == nil ? seen.answer : Answer(status: 200, body: seen.answer.body)
    }
    do {
      return try post(try TransferDecision(request, from: signer, ledger: ledger), ledger)
    } catch let refusal as Refusal where refusal.code.isDecision && refusal.code != .rateLimited {
      let answer = Rejection(refusal).answer
      try ledger.noteGuess(refusal, request, by: signer)
      try ledger.books.insert(
        Books.Transfer(request, from: signer, answer: answer, code: refusal.code, at: ledger.now))
      return answer
    }
  }

  private func post(_ decision: TransferDecision, _ ledger: LedgerWriter) throws -> Answer {
    let posted = try ledger.post(
      Posting(
        action: .transfer, sender: signer, receiver: decision.receiver, terms: decision.asset.terms,
        amount: request.amount),
      PostingDetails(comment: Self.comment, metadata: request.metadata, transfer: decision))
    let answer = Answer(
      status: 201,
      [
        "id": JSON(request.id.text), "state": "posted", "receiver": JSON(request.receiver.shown),
        "transaction": posted.receiptLine(asset: decision.asset),
        "balance": decision.asset.balanceLine(
          before: decision.before, after: decision.before - request.amount.minorUnits),
        "limits": decision.limitsJSON,
      ])
    try ledger.books.insert(
      Books.Transfer(
        request, from: signer, answer: answer, posted: (posted.entry.id, decision), at: ledger.now))
    return answer
  }
}

/// `POST /v1/wallet/transfers/preview/`: what a transfer would do, or why it would be refused; nothing is decided by it.
///
/// It goes to the writer because it counts, too, who names receivers in vain.
public struct PreviewTransfer: LedgerCommand {
  let signer: EntityID
  let request: TransferRequest

  /// Of this signer's wallet.
  public init(signer: EntityID, request: TransferRequest) {
    self.signer = signer
    self.request = request
  }

  /// 200 with the balance as it would be, or the refusal.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    guard try ledger.books.user(wallet: signer) != nil else { throw Rejection.forbidden }
    do {
      let decision = try TransferDecision(request, from: signer, ledger: ledger)
      return Answer([
        "id": JSON(request.id.text), "receiver": JSON(request.receiver.shown),
        "balance": decision.asset.balanceLine(
          before: decision.before, after: decision.before - request.amount.minorUnits),
        "limits": decision.limitsJSON,
      ])
    } catch let refusal as Refusal where refusal.code == .personUnknown {
      // Not thrown, because what was counted would be undone with it.
      try ledger.noteGuess(refusal, request, by: signer)
      return Rejection(refusal).answer
    }
  }
}
