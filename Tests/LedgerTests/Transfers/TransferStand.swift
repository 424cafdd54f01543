import FedowProtocol
import Foundation
import GRDB
import Model
import Rules
import Signing

@testable import Ledger

/// A ledger with two people who have keys, a card each, and money.
struct TransferStand: Sendable {
  let ledger: LedgerFixture
  let alice: EntityID
  let bob: EntityID
  private let keys: [EntityID: RSAPrivateKey]

  static let aliceTag = LedgerFixture.tag
  static let bobTag = LedgerFixture.otherTag

  /// Alice has `euros` and as many gifts, Bob nothing.
  init(euros: Int64 = 10_000) async throws {
    let ledger = try await LedgerFixture()
    self.ledger = ledger
    (alice, bob) = try await ledger.running { _ in
      _ = try await ledger.refill(Self.aliceTag, euros)
      _ = try await ledger.refill(Self.aliceTag, euros, asset: ledger.gift)
      return (try await ledger.link(Self.aliceTag), try await ledger.link(Self.bobTag))
    }
    keys = [alice: try ledger.nextKey(), bob: try ledger.nextKey()]
    for (wallet, key) in keys {
      try await ledger.store.write { try $0.setPublicKey(key.publicKey.pem, of: wallet) }
    }
  }

  func request(
    _ amount: Int64, to receiver: JSON, from sender: EntityID? = nil, id: EntityID = EntityID.random(),
    asset: Books.Asset? = nil, comment: String? = nil
  ) throws -> TransferRequest {
    let body: JSON = [
      "id": JSON(id.text), "receiver": receiver, "asset": JSON((asset ?? ledger.euro).uuid.text),
      "amount": JSON(amount), "comment": JSON(comment),
    ]
    let signature = try keys[sender ?? alice].map { Base64URL.encode(try $0.sign(SignedMessage.post(body))) }
    return try TransferRequest(body, signature: signature ?? "")
  }

  func give(
    _ amount: Int64, to receiver: JSON? = nil, from sender: EntityID? = nil, id: EntityID = EntityID.random(),
    asset: Books.Asset? = nil, comment: String? = nil
  ) async throws -> Answer {
    let receiver = receiver ?? ["wallet": JSON(bob.text)]
    return try await ledger.service.submit(
      PostTransfer(
        signer: sender ?? alice,
        request: try request(amount, to: receiver, from: sender, id: id, asset: asset, comment: comment)))
  }

  /// The code of a refusal; nil when it was posted.
  func code(_ answer: Answer) throws -> String? { try JSON.parse(answer.body)["code"]?.text }

  func balance(_ wallet: EntityID, of asset: Books.Asset? = nil) async throws -> Int64 {
    let asset = (asset ?? ledger.euro).uuid
    return try await ledger.store.read { try $0.balance(of: asset, in: wallet) ?? 0 }
  }

  var administration: Administration {
    Administration(store: ledger.store, clock: { [weak ledger] in ledger?.time.withLock { $0 } ?? LedgerTime.now() })
  }

  func limits(_ limits: Delegation.Limits, zone: String? = nil) async throws {
    _ = try await administration.changeTransferTerms(federation: nil) {
      $0.limits = limits
      $0.timeZone = zone
    }
  }
}
