import Model
import Signing

/// The bytes over which a request's signature goes.
public enum SignedMessage {
  /// Of a request with a body: base64url of the body as Python dumps it again, so white space on the wire is free.
  public static func post(_ body: JSON) -> [UInt8] {
    post(dump: body.pythonDump())
  }

  /// The same from the dump, for who has it already.
  public static func post(dump: String) -> [UInt8] { Base64URL.characters(of: Array(dump.utf8)) }

  /// Of a place's GET: the API key itself.
  public static func placeGet(apiKey: String) -> [UInt8] { Array(apiKey.utf8) }

  /// Of a wallet's GET: the wallet and the date of the `Date` header, in Python's isoformat.
  public static func walletGet(wallet: EntityID, date: String) -> [UInt8] { Array("\(wallet.text):\(date)".utf8) }
}
