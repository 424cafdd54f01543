import FedowProtocol
import Model

/// `POST /v1/wallet/transfers/limits/`: how much a person lets themselves give, within the money's own terms.
public struct LimitTransfers: LedgerCommand {
  let signer: EntityID
  let body: JSON

  /// Limits the transfers from the signer's wallet.
  public init(signer: EntityID, body: JSON) {
    self.signer = signer
    self.body = body
  }

  /// 200 with the limits; they count from this commit on.
  /// - Throws: `Refusal` with `amount_invalid`.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    guard try ledger.books.user(wallet: signer) != nil else { throw Rejection.forbidden }
    let body = try NativeBody(body)
    // All three are said, so that none is taken away by being forgotten.
    guard ["per_transfer", "per_day", "total"].allSatisfy({ body.json[$0] != nil }) else {
      throw Refusal(.requestMalformed, "per_transfer, per_day and total are each an amount, or null for no limit.")
    }
    let limits = Delegation.Limits(
      perTap: try body.limit("per_transfer"), perDay: try body.limit("per_day"), total: try body.limit("total"))
    try ledger.books.setTransferLimits(limits, of: signer)
    return Answer(limits.transferJSON)
  }
}

extension Delegation.Limits {
  /// Limits of transfers; one that there is not is null.
  var transferJSON: JSON {
    let amount = { (limit: Int64?) in limit.map { JSON($0) } ?? JSON.null }
    return ["per_transfer": amount(perTap), "per_day": amount(perDay), "total": amount(total)]
  }
}
