import FedowProtocol
import Model
import Signing

/// The chain of authorities, read and checked: whose key could make which block.
struct AuthorityRegister: Sendable {
  let records: [AuthorityRecord]
  /// What is wrong with the chain.
  private(set) var breaks: [LedgerAudit.Break] = []
  private var statements: [Int64: AuthorityRecord.Statement] = [:]
  private var keys: [Int64: RSAPublicKey] = [:]
  /// The records about the primary wallet's key, in their order.
  private var primaries: [Int64] = []
  /// By record: the last block that its key could make.
  private var ends: [Int64: Int64] = [:]
  private var wallets: [EntityID: String] = [:]

  /// - Parameter root: the fingerprint that the first key must have; nil: whatever it is.
  init(_ books: Books, root: String?) throws {
    records = try books.authorities()
    for place in try books.places() { wallets[place.uuid] = place.wallet.text }
    let last = try books.lastSequence()
    var before: AuthorityRecord?
    for record in records {
      check(record, after: before, lastSequence: last)
      before = record
    }
    if let root, records.first?.statement.publicKey.map({ AuthorityRecord.fingerprint(of: $0) }) != root.lowercased() {
      report(1, "its key is not the one that you know, \(root)")
    }
    if !records.isEmpty { try compare(with: books) }
  }

  /// The record by which the primary wallet's key signed when there were so many.
  func primary(of count: Int64) -> Int64? { primaries.last { $0 <= count } }

  func key(of number: Int64) -> RSAPublicKey? { keys[number] }

  /// What is wrong with the signed request that a block was made on; nil: nothing.
  func fault(of row: Books.TransactionRow, walletKeys: [String: RSAPublicKey]) -> String? {
    let warrant = row.warrant
    if warrant.isEmpty { return nil }
    guard let digest = warrant.digest, let signature = warrant.signature,
      (warrant.authority == nil) != (warrant.wallet == nil)
    else { return "what it keeps of its request is not whole" }
    let request = RequestSignature(digest: digest, signature: signature)
    if let number = warrant.authority {
      guard let key = keys[number], let statement = statements[number] else {
        return "it was made by the authority \(number), which there is not"
      }
      guard row.sequence > statement.after, row.sequence <= ends[number] ?? .max else {
        return "it was made by the authority \(number), whose key had none then"
      }
      if row.texts.action == TransactionAction.sale.rawValue, let place = statement.place,
        wallets[place] != row.texts.receiver
      {
        return "it was made by the authority \(number), which is of another place"
      }
      return request.isValid(by: key) ? nil : "its request is not signed by the authority \(number)"
    }
    guard let wallet = warrant.wallet, let key = walletKeys[wallet] else {
      return "nobody knows the key that signed it"
    }
    if row.texts.action == TransactionAction.qrCodeSale.rawValue, row.texts.sender != wallet {
      return "it was signed by another wallet than it takes from"
    }
    return request.isValid(by: key) ? nil : "its request is not signed by the wallet \(wallet)"
  }

  private mutating func report(_ number: Int64, _ reason: String) {
    breaks.append(LedgerAudit.Break(row: "authority \(number)", reason: reason))
  }

  private mutating func check(_ record: AuthorityRecord, after before: AuthorityRecord?, lastSequence: Int64) {
    let statement = record.statement
    let (number, text) = (statement.number, Array(statement.text.utf8))
    if number != (before?.statement.number ?? 0) + 1 { report(number, "there is a gap before it") }
    if statement.previousHash != before?.hash ?? "" { report(number, "it does not follow the record before it") }
    if record.hash != Hexadecimal.encode(SHA256.hash(text)) { report(number, "its hash does not match its content") }
    if statement.after < before?.statement.after ?? 0 { report(number, "it is dated back before the one before it") }
    if statement.after > lastSequence { report(number, "it counts after blocks that there are not") }
    if let fault = shapeFault(statement, isFirst: before == nil) { report(number, fault) }
    let key = statement.publicKey.flatMap { try? RSAPublicKey(pem: $0) }
    if statement.publicKey != nil, key == nil { report(number, "its key is none") }
    let signer = before == nil ? key : primaries.last.flatMap { keys[$0] }
    if signer?.isValid(signature: record.signature, for: text) != true {
      report(number, "it is not signed by the primary wallet's key")
    }
    checkCountersignature(record, key)
    if let ended = statement.ends { ends[ended] = statement.after }
    keys[number] = key
    statements[number] = statement
    if statement.isPrimary { primaries.append(number) }
  }

  private func shapeFault(_ statement: AuthorityRecord.Statement, isFirst: Bool) -> String? {
    guard (statement.kind == .root) == isFirst else { return "it is not the first, or the first is none" }
    let hasKey = statement.publicKey != nil
    switch statement.kind {
    case .root: if statement.isPrimary, hasKey, statement.ends == nil { return nil }
    case .grant: if !statement.isPrimary, hasKey, statement.ends == nil { return nil }
    case .rotation, .revocation:
      guard let ended = statement.ends, ends[ended] == nil, let subject = statements[ended] else {
        return "it ends no authority that there was"
      }
      let isSame = subject.holder == statement.holder && subject.place == statement.place
      if isSame, subject.publicKey != nil, hasKey == (statement.kind == .rotation) { return nil }
    }
    return "it says what no record of its kind says"
  }

  private mutating func checkCountersignature(_ record: AuthorityRecord, _ key: RSAPublicKey?) {
    let statement = record.statement
    let isNeeded = statement.kind == .rotation || statement.requestDigest != nil
    guard isNeeded || record.countersignature != nil else { return }
    let digest = statement.requestDigest ?? SHA256.hash(Array(statement.text.utf8))
    if key?.isValid(signature: record.countersignature ?? [], forDigest: digest) != true {
      report(statement.number, "it is not signed by its own key")
    }
  }

  /// Holds the keys that open the ledger against those that have authority.
  private mutating func compare(with books: Books) throws {
    let primary = try books.primaryWallet()
    if try books.walletPublicKey(primary) != primaries.last.flatMap({ statements[$0]?.publicKey }) {
      report(Int64(records.count), "the primary wallet has another key")
    }
    var open = Set<Int64>()
    for key in try books.deviceKeys() {
      guard let number = key.authority, let statement = statements[number] else {
        breaks.append(LedgerAudit.Break(row: "device \(key.device)", reason: "its key has no authority"))
        continue
      }
      if statement.holder != key.device || statement.publicKey != key.publicKey || ends[number] != nil {
        breaks.append(LedgerAudit.Break(row: "device \(key.device)", reason: "its key is not that of its authority"))
      }
      open.insert(number)
    }
    for record in records where !record.statement.isPrimary && record.statement.publicKey != nil {
      let number = record.statement.number
      if ends[number] == nil, !open.contains(number) { report(number, "its key opens nothing, and was not revoked") }
    }
  }
}
