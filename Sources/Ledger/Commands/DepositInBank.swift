import FedowProtocol
import Model
import Rules

/// `POST /wallet/local_asset_bank_deposit/`: the issuer paid a place in euros for what the place holds; it is burnt.
///
/// The same action settles a clearing. What a place has promised to one that all agreed to is not paid out here as well.
public struct DepositInBank: LedgerCommand {
  let place: EntityID
  let body: JSON

  /// Burns what the wallet of this body holds of the asset, which this place issued.
  public init(place: EntityID, body: JSON) {
    self.place = place
    self.body = body
  }

  /// 201 with the transaction, 208 when there is nothing to pay out.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let issuer = try ledger.caller(place)
    var fields = try RequestFields(body)
    let holder = try fields.reference("wallet_to_deposit") { try ledger.books.place(wallet: $0) }
    let asset = try fields.reference("asset") { try ledger.books.asset($0) }
    try fields.check()
    guard let holder, let asset, asset.issuerWallet == issuer.wallet, asset.category == .localFiat else {
      throw Rejection.forbidden
    }
    let promised = try ledger.books.promised(of: asset.uuid, by: holder.uuid, at: ledger.now)
    let balance = try (ledger.books.balance(of: asset.uuid, in: holder.wallet) ?? 0) - promised
    guard balance > 0 else { return Answer(status: 208, "Nothing to deposit") }
    let posted = try ledger.post(
      Posting(
        action: .bankDeposit, sender: holder.wallet, receiver: try ledger.books.primaryWallet(), terms: asset.terms,
        amount: Amount(minorUnits: balance)))
    return Answer(status: 201, posted.answer.json(card: .null))
  }
}
