import FedowProtocol
import Testing

@testable import Ledger

@Suite("The audit of authority")
struct AuthorityAuditTests {
  /// Each is a way in which who has the file would have it otherwise, and a word of what the audit must say.
  @Test(
    "names each kind of break",
    arguments: [
      ("UPDATE transactions SET request_signature = zeroblob(256) WHERE action = 'SAL'", "not signed by the authority"),
      ("UPDATE transactions SET request_digest = zeroblob(32) WHERE action = 'SAL'", "not signed by the authority"),
      ("UPDATE transactions SET authority = 9 WHERE action = 'SAL'", "which there is not"),
      ("UPDATE transactions SET authority = 3 WHERE action = 'SAL'", "had none then"),
      ("UPDATE transactions SET authority = NULL WHERE action = 'SAL'", "not whole"),
      ("UPDATE transactions SET receiver = sender WHERE action = 'SAL'", "which is of another place"),
      (
        "UPDATE transactions SET authority = NULL, request_digest = NULL, request_signature = NULL "
          + "WHERE action = 'SAL'", "not those that were sealed"
      ),
      ("UPDATE authorities SET after_sequence = 0 WHERE number = 2", "its hash does not match"),
      (
        "UPDATE authorities SET public_key = (SELECT public_key FROM authorities WHERE number = 1) WHERE number = 2",
        "hash"
      ),
      ("UPDATE authorities SET signature = zeroblob(256) WHERE number = 2", "not signed by the primary wallet's key"),
      ("UPDATE authorities SET countersignature = zeroblob(256) WHERE number = 2", "not signed by its own key"),
      ("DELETE FROM authorities WHERE number = 2", "there is a gap before it"),
      ("DELETE FROM authorities WHERE number IN (2, 3)", "there is a gap before it"),
      ("DELETE FROM authorities WHERE number = 4", "records of authority that there are not"),
      ("DELETE FROM authorities", "records of authority that there are not"),
      ("UPDATE authorities SET ends = 3 WHERE number = 4", "says what no record of its kind says"),
      ("UPDATE authorities SET ends = 9 WHERE number = 4", "ends no authority that there was"),
      ("UPDATE authorities SET kind = 'grant' WHERE number = 1", "the first is none"),
      ("UPDATE authorities SET public_key = 'x' WHERE number = 2", "its key is none"),
      ("UPDATE authorities SET previous_hash = 'x' WHERE number = 2", "does not follow the record before it"),
      ("UPDATE authorities SET after_sequence = -1 WHERE number = 3", "dated back before the one before it"),
      ("UPDATE authorities SET after_sequence = 99 WHERE number = 4", "after blocks that there are not"),
      ("UPDATE authorities SET after_sequence = 1 WHERE number = 3", "authority 3 is dated back before it"),
      ("DELETE FROM seals WHERE number = 1", "there is a gap before it"),
      ("DELETE FROM seals WHERE number = 2", "there is a gap before it"),
      ("UPDATE seals SET signature = zeroblob(256) WHERE number = 2", "not signed by the primary wallet's key"),
      ("UPDATE seals SET previous_hash = 'x' WHERE number = 2", "does not follow the seal before it"),
      ("UPDATE seals SET authorities_hash = 'x' WHERE number = 2", "the records of authority are not those that were"),
      ("UPDATE seals SET last = last + 1 WHERE number = 3", "blocks that there are not"),
      ("UPDATE seals SET last = \(Int64.max), first = \(Int64.min) WHERE number = 3", "begin where"),
      ("UPDATE place_keys SET authority = NULL WHERE authority = 3", "its key has no authority"),
      ("UPDATE place_keys SET public_key = 'x' WHERE authority = 3", "not that of its authority"),
      ("UPDATE place_keys SET revoked_at = NULL", "its key has no authority"),
      ("UPDATE place_keys SET revoked_at = 1 WHERE authority = 3", "was not revoked"),
      ("UPDATE wallets SET public_key = 'x' WHERE name = 'Primary Wallet'", "the primary wallet has another key"),
    ])
  func breaks(tampering: String, reason: String) async throws {
    let stand = try await AuthorityStand()
    try await stand.ledger.running { _ in
      let till = try await stand.pair()
      try await stand.refill(500, by: till)
      try await stand.seal()
      try await stand.sale(100, by: till)
      try await stand.seal()
      _ = try await stand.pair()
      _ = try await stand.administration.revokeAuthority("2")
    }
    #expect(try await stand.breaks() == [])
    #expect(try await stand.proof().seals == 3)
    try await stand.tamper(tampering)
    let breaks = try await stand.breaks()
    #expect(breaks.contains { $0.contains(reason) }, "\(breaks)")
  }
}
