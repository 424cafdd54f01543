import FedowProtocol
import Foundation
import Logging
import Model
import Signing
import TestKit
import Testing

@testable import Ledger

@Suite("Proof of authority")
struct AuthorityTests {
  @Test("each block keeps the signature of the place or person that asked for it, and stands under a seal")
  func signed() async throws {
    let stand = try await AuthorityStand()
    let ledger = stand.ledger
    try await ledger.running { service in
      let till = try await stand.pair()
      try await stand.refill(500, by: till)
      try await stand.sale(100, by: till)
      #expect(try await stand.proof().unsealed == 6)
      try await stand.seal()
      // A person links a card by their own signature, which moves its money.
      let key = try RSAPrivateKey.generate()
      let wallet = EntityID.random()
      try await ledger.store.write { books in
        try books.insertWallet(wallet, publicKey: key.publicKey.pem, at: .now())
        try books.insertUser(EntityID.random(), email: "a@x.test", wallet: wallet, at: .now())
      }
      let number = try await ledger.store.read { try $0.card(tag: LedgerFixture.tag)?.numberPrinted }
      let body: JSON = ["wallet": JSON(wallet.text), "card_number": JSON(number)]
      let message = SignedMessage.post(body)
      let credentials = Credentials(
        authorization: nil, signature: Base64URL.encode(try key.sign(message)), wallet: wallet.text,
        date: LedgerTime.now().isoformat)
      let (signer, passport) = try await stand.authenticator.signer(credentials, signed: message)
      _ = try await service.submit(LinkCard(signer: signer, body: body, card: .number), by: passport)
      let open = try await stand.proof()
      #expect(open.signedByPersons == 1)
      #expect(open.unsealed == 1 && open.unsealedSince != nil)
      try await stand.seal()
    }
    let verdict = try await ledger.verdict()
    #expect(verdict.breaks == [])
    let proof = verdict.proof
    // Three first blocks of the ledger's own; the refill is a creation and a refill.
    #expect(verdict.transactions == 7)
    #expect(proof.signedByPlaces == 3)
    #expect(proof.authorities == 2)
    #expect(proof.seals == 2)
    #expect(proof.unsealed == 0 && proof.unsealedAuthorities == 0)
    for (tampering, reason) in [
      (
        "UPDATE wallets SET public_key = (SELECT public_key FROM authorities) WHERE uuid IN "
          + "(SELECT request_wallet FROM transactions)", "not signed by the wallet"
      ),
      ("UPDATE transactions SET action = 'QRS' WHERE request_wallet IS NOT NULL", "another wallet than it takes from"),
      (
        "UPDATE wallets SET public_key = NULL WHERE uuid IN (SELECT request_wallet FROM transactions)",
        "nobody knows the key"
      ),
    ] {
      try await stand.tamper(tampering)
      #expect(try await stand.breaks().contains { $0.contains(reason) }, "\(reason)")
    }
  }

  @Test("a revoked key makes no block, and a block that bears its mark is found")
  func revoked() async throws {
    let stand = try await AuthorityStand()
    try await stand.ledger.running { service in
      let (till, other) = (try await stand.pair(), try await stand.pair())
      try await stand.refill(500, by: till)
      let record = try await stand.administration.revokeAuthority("2")
      #expect(record.statement.kind == .revocation && record.statement.ends == 2)
      await #expect(throws: Rejection.self) { try await stand.sale(1, by: till) }
      #expect(try await stand.administration.revokeAuthority("2") == record)
      await #expect(throws: Refusal.self) { _ = try await stand.administration.revokeAuthority("1") }
      try await stand.sale(1, by: other)
      #expect(try await stand.breaks() == [])
      // Who has the server's own key still has no block made by a key that had no authority.
      let request = RequestSignature(
        digest: SHA256.hash([1]), signature: try till.key.sign([1]))
      let body = stand.ledger.body(
        1, from: try await stand.ledger.wallet(LedgerFixture.tag), to: stand.ledger.place.wallet,
        tag: LedgerFixture.tag)
      let sale = PostTransaction(place: stand.ledger.place.uuid, body: body)
      _ = try await stand.ledger.store.writeAsLedger { ledger in
        try sale.perform(ledger.carrying(Warrant(signer: .authority(2), request: request)))
      }
      try await stand.seal()
    }
    let breaks = try await stand.breaks()
    #expect(breaks.count == 1 && breaks[0].contains("whose key had none then"), "\(breaks)")
  }

  @Test("a place that is shut out loses its authority with its access, and gets it again")
  func disabled() async throws {
    let stand = try await AuthorityStand()
    let ledger = stand.ledger
    try await ledger.running { _ in
      let till = try await stand.pair()
      try await stand.refill(500, by: till)
      _ = try await stand.administration.setDisabled(true, place: "Bar du Port")
      _ = try await stand.administration.setDisabled(true, place: "Bar du Port")
      await #expect(throws: Rejection.self) { try await stand.sale(1, by: till) }
      _ = try await stand.administration.setDisabled(false, place: "Bar du Port")
      try await stand.sale(1, by: till)
      _ = try await stand.administration.rotateKey(place: "Bar du Port")
      await #expect(throws: Rejection.self) { try await stand.sale(1, by: till) }
      try await stand.seal()
    }
    let records = try await stand.administration.authorities()
    #expect(records.map(\.statement.kind) == [.root, .grant, .revocation, .grant, .revocation])
    #expect(records.map(\.statement.reason) == ["installed", "paired", "disabled", "enabled", "rotated"])
    let sale = try await ledger.store.read { books in try books.leaves(from: 6, through: 6).first?.proof.authority }
    #expect(sale == 4)
    #expect(try await stand.breaks() == [])
  }

  @Test("the primary wallet's key is rotated by both keys; seals before and after hold, and the root stays the root")
  func rotated() async throws {
    let stand = try await AuthorityStand()
    try await stand.ledger.running { _ in
      let till = try await stand.pair()
      try await stand.refill(500, by: till)
      try await stand.seal()
      let old = try await ServerKey(store: stand.ledger.store).load()
      // One that was begun before the rotation comes too late.
      try await stand.sale(1, by: till)
      let stale = try #require(try await stand.ledger.store.nextSeal())
      let record = try await stand.administration.rotatePrimaryKey()
      #expect(record.statement.kind == .rotation && record.statement.ends == 1)
      _ = try await stand.ledger.service.submit(AppendSeal(seal: stale))
      #expect(try await ServerKey(store: stand.ledger.store).load().pem != old.pem)
      try await stand.sale(1, by: till)
      _ = try await stand.pair()
      try await stand.seal()
    }
    #expect(try await stand.breaks() == [])
    let root = try #require(try await stand.proof().root)
    #expect(try await stand.breaks(root: root) == [])
    #expect(try await stand.breaks(root: String(repeating: "0", count: 64)).count == 1)
    try await stand.tamper("UPDATE authorities SET countersignature = signature WHERE kind = 'rotation'")
    #expect(try await stand.breaks().contains { $0.contains("not signed by its own key") })
  }

  @Test("another root with everything signed anew is told by the first key's fingerprint alone")
  func swapped() async throws {
    let stand = try await AuthorityStand()
    let root = try #require(try await stand.proof().root)
    try await stand.tamper(
      "DELETE FROM authorities; DELETE FROM seals; DELETE FROM settings WHERE key = 'server_key'; "
        + "UPDATE place_keys SET authority = NULL")
    try await ServerKey(store: stand.ledger.store).ensure()
    #expect(try await stand.breaks() == [])
    #expect(try await stand.breaks(root: root).contains { $0.contains("not the one that you know") })
  }

  @Test("a ledger from before has its blocks sealed as they are found, and its keys have authority from then on")
  func found() async throws {
    let stand = try await AuthorityStand()
    let ledger = stand.ledger
    try await ledger.running { _ in
      let till = try await stand.pair()
      try await stand.refill(500, by: till)
      try await stand.tamper(
        "DELETE FROM authorities; DELETE FROM seals; UPDATE place_keys SET authority = NULL; UPDATE transactions SET "
          + "authority = NULL, request_digest = NULL, request_signature = NULL")
      try await stand.sale(1, by: till)
      let before = try await ledger.verdict()
      #expect(before.isSound && before.proof.root == nil)
      try await ServerKey(store: ledger.store).ensure()
      try await stand.sale(1, by: till)
      try await stand.seal()
    }
    let verdict = try await ledger.verdict()
    #expect(verdict.breaks == [])
    #expect(verdict.proof.signedByPlaces == 1 && verdict.proof.unsealed == 0)
    #expect(try await stand.administration.authorities().map(\.statement.after) == [6, 6])
  }

  @Test("without the server's secret sales go on, and what must be signed is refused whole")
  func withoutSecret() async throws {
    let stand = try await AuthorityStand()
    let ledger = stand.ledger
    try await ledger.running { _ in
      let till = try await stand.pair()
      try await stand.refill(500, by: till)
      let secret = ledger.directory.appending(path: "ledger.key")
      try FileManager.default.moveItem(at: secret, to: ledger.directory.appending(path: "elsewhere"))
      let later = try LedgerStore(path: ledger.directory.appending(path: "ledger.sqlite").path)
      try await ServerKey(store: later).ensure()
      let refusal = await #expect(throws: Refusal.self) {
        try await Administration(store: later).setDisabled(true, place: "Bar du Port")
      }
      #expect(refusal?.code == .keyInvalid && refusal?.sentence.contains("ledger.key") == true)
      await #expect(throws: Refusal.self) { try await Administration(store: later).rotatePrimaryKey() }
      #expect(!FileManager.default.fileExists(atPath: secret.path))
      try await stand.sale(1, by: till)
    }
    #expect(try await stand.administration.authorities().count == 2)
    #expect(try await stand.breaks() == [])
  }

  @Test("the service seals what is posted, what a kill left, and what comes last before a stop")
  func service() async throws {
    let stand = try await AuthorityStand()
    let ledger = stand.ledger
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    try await ledger.running { postings in
      let bell = SealingService.Bell()
      let sealing = SealingService(
        store: ledger.store, postings: postings, bell: bell, delay: .milliseconds(1), logger: logger)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await sealing.run() }
        let patience = Patience()
        while try await stand.proof().unsealed > 0 { try await patience.spend() }
        let till = try await stand.pair()
        try await stand.refill(500, by: till)
        bell.ring()
        while try await stand.proof().unsealed > 0 { try await patience.spend() }
        group.cancelAll()
      }
    }
    #expect(try await stand.breaks() == [])
  }
}
