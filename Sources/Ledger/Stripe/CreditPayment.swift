import FedowProtocol
import Model

/// A payment that Stripe was asked about and had taken: credited unless it is.
struct CreditPayment: LedgerCommand {
  let paid: StripePaid

  /// 201 when it is credited now, 208 when it was before, 409 when it cannot be.
  func perform(_ ledger: LedgerWriter) throws -> Answer {
    switch try ledger.credit(paid) {
    case .credited: Answer(status: 201, "OK")
    case .known: Answer(status: 208, "Déjà traité")
    case .found(let finding): Answer(status: 409, ["reason": JSON(finding.reason)])
    }
  }
}
