import FedowProtocol
import Model

/// `GET /root_tibillet_handshake/`: the federation's root ticketing server gets the key that creates places; the first
/// caller gets it, and nobody after.
public struct RootHandshake: LedgerCommand {
  /// For whoever asks first.
  public init() {}

  /// 201 with the key and the server's public key; 208 once it was given.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let books = ledger.books
    guard try books.setting(.createPlaceKeyGiven) == nil else { return Answer(status: 208, ["already done": true]) }
    guard let pem = try books.walletPublicKey(books.primaryWallet()) else {
      throw Refusal(.keyInvalid, "This server has no key yet; start it once.")
    }
    let key = APIKey.generate()
    try books.insertKey(key, purpose: .createPlace, place: nil, at: ledger.now)
    try books.set(.createPlaceKeyGiven, to: ledger.now.wire)
    return Answer(status: 201, ["api_key": JSON(key.text), "fedow_pub_pem": JSON(pem)])
  }
}
