extension LedgerExport {
  /// What of the store the export does not give, a table or `table.column`, and why.
  static let withheld: [String: String] = [
    // What opens something, and what is nobody's business.
    "users.email": addressOfAPerson,
    "place_keys.prefix": opens, "place_keys.digest": opens, "enrolments.prefix": opens, "enrolments.digest": opens,
    "settings.server_key": "the server's own key, encrypted",
    "settings.create_place_key_given": "whether a key was given away, which is in no one's books",
    "cards.qrcode": opensACard, "cards.number_printed": opensACard,
    "cards.complete_tag_id": "what a card is, read whole, which a copy could be made of",
    "audit_trail.detail.number_printed": opensACard,
    "transfers.request": "what its sender signed: it may name the receiver by an address or by the number on a card",
    "transfers.content": "a digest of what its sender signed; the transaction's metadata has it",
    "transfers.signature": "the signature under what its sender signed; the transaction has it (request_signature)",
    "transfers.body": answer,
    "transfer_guesses": "how often somebody missed when naming a receiver, for a day",
    "stripe_checkouts.url": "the page on which somebody pays",
    "stripe_checkouts.return_url": "an address that a ticketing server made for one person",
    "stripe_checkouts.signed_data": "what a ticketing server keeps of its own person, in its own words",
    "stripe_events.body": "what Stripe told, in its own words; what it came to is in payments, refunds and findings",
    "debits.content": "a digest of the request",
    "debits.request": "the request of a debit that was refused, kept to post it later",
    // What is another form of something that is given.
    "debits.body": answer, "debits.status": answer, "debits.void_body": answer, "transfers.status": answer,
    "answers": "what was answered, kept so that a repetition gets the same",
    "answer_pages": finds,
    "hash_pages": finds,
    "settings.last_indexed_reply": finds,
    "transactions.sender_before": chained, "transactions.receiver_before": chained,
    "transactions.sender_after": chained, "transactions.receiver_after": chained,
    "tokens.moves": chained,
    "fusions": "which wallets became one: of what lay there the transactions with the action FUS say it",
    "hotlist": "the cards that are blocked or unsettled: the cards say it",
    "melting_marks": "up to when each balance has melted: the terms and the transactions give it",
    "grdb_migrations": "which steps of its own form the store has taken",
  ]

  private static let opens = "whoever knows it may find a key that opens the ledger"
  private static let opensACard = "whoever knows it could take the card"
  private static let addressOfAPerson = "an address of a person"
  private static let answer = "what was answered; what was decided is given"
  private static let finds = "finds rows faster; it says nothing that they do not"
  private static let chained = "the list of a balance's transactions, which their order gives"
}
