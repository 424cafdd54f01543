import Ledger

/// The native calls by which anyone checks who made a block.
extension Operation {
  private static let hash = "^[0-9a-f]{64}$"

  private static let record = Schema.object(
    [
      .field("number", .integer("Its place in the chain of authorities.", from: 1)),
      .field("kind", .choice(AuthorityRecord.Kind.allCases.map(\.rawValue), "What became of a key.")),
      .field("holder", .uuid("The device whose key it is, or the primary wallet.")),
      .field("place", .uuid("The device's place; null for the primary wallet.").orNull),
      .field("ends", .integer("The record whose key has no authority any more.", from: 1).orNull),
      .field("after", .integer("It counts for blocks of a greater number in the ledger.", from: 0)),
      .field("at", .instant("When it was written.")), .field("reason", .text("Why, in a word.")),
      .field("fingerprint", .text("SHA-256 of the key's PEM.", pattern: hash).orNull),
      .field("statement", .text("The text that is signed; it holds the key.")),
      .field("hash", .text("SHA-256 of the statement.", pattern: hash)),
      .field("signature", .text("By the primary wallet's key before it, base64url.")),
      .field("countersignature", .text("By the new key itself, base64url.").orNull),
    ], "A record of who has authority.")

  private static let seal = Schema.object(
    [
      .field("number", .integer("Its place in the chain of seals.", from: 1)),
      .field("statement", .text("The text that is signed; it names the tree's root.")),
      .field("hash", .text("SHA-256 of the statement.", pattern: hash)),
      .field("signature", .text("By the primary wallet's key, base64url.")),
      .field(
        "path",
        .list(
          of: .object([
            .field("side", .choice(["left", "right"], "Where the other hash stands.")),
            .field("hash", .text("The other hash.", pattern: hash)),
          ]), "From the leaf up to the root (RFC 6962).")),
    ], "The seal over the block; null until it is made, a moment after the block."
  ).orNull

  private static let request = Schema.object(
    [
      .field("signer", .text("`authority:` and a record's number, or `wallet:` and a person's wallet.")),
      .field("public_key", .text("The signer's key, PEM.").orNull),
      .field("digest", .text("SHA-256 of what was signed.", pattern: hash)),
      .field("signature", .text("RSASSA-PSS over it, base64url.")),
    ], "The signed request that the block was made on; null: the ledger made it by itself, or the sender has no key."
  ).orNull

  static let authorities: [Operation] = [
    .get(
      "/v1/authorities/", "authorities", .open, "Who has authority to make blocks, and who had",
      [.query("since", .integer("Only the records after this number.", from: 0))],
      detail: "Each record is signed by the primary wallet's key. See docs/proof-of-authority.md.",
      answers: [
        .answer(
          200, "At most 1000, oldest first.",
          .object([
            .field("authorities", .list(of: record)),
            .field("last", .integer("The newest record's number; 0: there is none.", from: 0)),
          ]))
      ], refusals: [.refusal(400, "The number is none.")]),
    .get(
      "/v1/transactions/{id}/proof/", "transactionProof", .open, "By whose authority a transaction was made",
      [.path("id", .uuid("The transaction."))],
      detail: "Enough to check it with public keys alone. See docs/proof-of-authority.md.",
      answers: [
        .answer(
          200, "The proof.",
          .object([
            .field("format", .integer("1.", from: 1)), .field("transaction", .uuid("The transaction.")),
            .field("sequence", .integer("Its number in the ledger.", from: 1)),
            .field(
              "block",
              .object([
                .field("content", .text("The text that the block's hash covers.")),
                .field("hash", .text("SHA-256 of it.", pattern: hash)),
              ])),
            .field("request", request), .field("leaf", .text("What of the block its seal covers.")),
            .field("seal", seal),
            .field("authorities", .list(of: record, "The records of the primary wallet's keys and of the signer's.")),
          ]))
      ]),
  ]
}
