import FedowProtocol
import Model
import Signing

/// Puts a seal that was made beside the writer at the end of the chain of seals.
struct AppendSeal: LedgerCommand {
  let seal: Seal

  /// Nothing to say; a seal that another one overtook, or whose key was rotated meanwhile, is dropped and made again.
  func perform(_ ledger: LedgerWriter) throws -> Answer {
    let last = try ledger.books.lastSeal()
    let primary = try ledger.books.primaryAuthority()
    guard seal.statement.number == (last?.statement.number ?? 0) + 1, seal.statement.previousHash == last?.hash ?? "",
      seal.statement.authority == primary?.statement.number
    else { return Answer(.null) }
    try ledger.books.insert(seal)
    return Answer(.null)
  }
}

extension Seal.Statement {
  /// The seal, signed.
  func signed(by key: RSAPrivateKey) throws -> Seal {
    let text = Array(text.utf8)
    return Seal(statement: self, hash: Hexadecimal.encode(SHA256.hash(text)), signature: try key.sign(text))
  }
}

extension LedgerStore {
  /// The next seal, made in a snapshot beside the writer; nil when everything is under one.
  func nextSeal() async throws -> Seal? {
    try await read { [keyring, clock] books in
      try books.unsealed(at: clock())?.signed(by: keyring.key(in: books))
    }
  }
}
