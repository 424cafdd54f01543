import FedowProtocol
import Model
import Rules
import Signing
import Testing

@testable import Kiosk

/// A kiosk that is enrolled anew still has rows in its outbox that its old key has signed, and that no ledger takes.
@Suite("Debits signed before the kiosk got another key")
struct RenewedDebitTests {
  private let place = EntityID.random()
  private let wallet = EntityID.random()

  private func dialect(_ device: EntityID?, wallet: EntityID? = nil) -> NativeDialect {
    NativeDialect(
      primaryCard: nil,
      identity: NativeDialect.Identity(place: place, placeWallet: wallet ?? self.wallet, device: device))
  }

  private func credentials() throws -> PlaceCredentials {
    try PlaceCredentials(apiKey: APIKey.generate().text, key: try RSAPrivateKey.generate())
  }

  private func order() throws -> DebitOrder {
    let card = #"{"first_tag_id": "68B87420", "wallet": {"uuid": "\#(EntityID.random())", "tokens": []}}"#
    let reading = try #require(CardReading(parsing: Array(card.utf8)))
    return DebitOrder(
      id: EntityID.random(), reading: reading,
      parts: [Allocation(asset: EntityID.random(), assetName: "Euro", amount: Amount(minorUnits: 5))], comment: nil,
      isOffline: true)
  }

  @Test("are the same request, named and signed by the new key")
  func signedAnew() throws {
    let (old, new, device) = (try credentials(), try credentials(), EntityID.random())
    let debit = try dialect(EntityID.random()).sign(try order(), with: old)
    let renewed = try #require(try dialect(device).renewed(debit, with: new))
    #expect(renewed.id == debit.id && renewed.path == debit.path && renewed.wallet == debit.wallet)
    var (before, after) = (try JSON.parse(debit.body).object, try JSON.parse(renewed.body).object)
    #expect(after?["device"]?.text == device.text)
    before?["device"] = nil
    after?["device"] = nil
    #expect(before.map { JSON.object($0).pythonDump() } == after.map { JSON.object($0).pythonDump() })
    let signature = try #require(Base64URL.decode(renewed.signature))
    #expect(new.key.publicKey.isValid(signature: signature, for: SignedMessage.post(try JSON.parse(renewed.body))))
    #expect(try dialect(device).renewed(renewed, with: new) == nil)
  }

  @Test("a void, which names no device, too")
  func void() throws {
    let (old, new) = (try credentials(), try credentials())
    let order = VoidOrder(
      id: EntityID.random(), debit: EntityID.random(), card: "68B87420", wallet: EntityID.random(), operatorCard: nil,
      reason: "voided")
    let void = try dialect(EntityID.random()).sign(order, with: old)
    let renewed = try #require(try dialect(EntityID.random()).renewed(void, with: new))
    #expect(renewed.body == void.body && renewed.signature != void.signature)
  }

  @Test("stay as they are when their own key is asked, and when another place would be paid")
  func notSignedAnew() throws {
    let (old, new, device) = (try credentials(), try credentials(), EntityID.random())
    let debit = try dialect(device).sign(try order(), with: old)
    #expect(try dialect(device).renewed(debit, with: old) == nil)
    #expect(try dialect(EntityID.random(), wallet: EntityID.random()).renewed(debit, with: new) == nil)
  }
}
