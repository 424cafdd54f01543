import FedowProtocol
import Model

/// The things that clients read, by name.
extension Schema {
  /// The components of the document.
  static let components: [(name: String, schema: Schema)] = [
    ("Tx", transaction), ("TxSimple", simpleTransaction), ("Card", card), ("CardOrigin", cardOrigin),
    ("Wallet", wallet), ("Token", token), ("Asset", asset), ("Place", place), ("Federation", federation),
    ("Delegation", Operation.delegation), ("Refusal", refusal), ("RefusalText", refusalText),
  ]

  static let tag = Schema.text(
    "The card's tag id: 8 upper-case hexadecimal digits, as readers give it.", atMost: 8)
  static let metadata = Schema.anything(
    "Whatever the client wants kept with the transaction; it comes back unchanged, and is part of the hash.")
  static let comment = Schema.text("Free text.", atMost: 1000)
  static let category = Schema.choice(
    AssetCategory.allCases.map(\.rawValue),
    "FED federated money, TLF local money, TNF gift, TIM time, FID loyalty, BDG badge, SUB membership.")

  private static let head: [Property] = [
    .field("uuid", .uuid("The transaction.")),
    .field(
      "action",
      .choice(
        TransactionAction.allCases.map(\.rawValue),
        """
        FST first block, CRE creation, REF refill, SAL sale, QRS sale by QR code, SUB membership, BDG badge, RFD refund, \
        VID void, FUS fusion, BNK bank deposit, TRF transfer, COR correction.
        """)),
    .field("get_action_display", .text("The action in French.")),
    .field("hash", .text("SHA-256 of the block.", pattern: "^[0-9a-f]{64}$")),
    .field("datetime", .instant("When it was posted; never before the block before it.")),
    .field("subscription_first_datetime", .instant("When the membership first began.").orNull),
    .field("subscription_start_datetime", .instant("When this membership begins.").orNull),
    .field("subscription_type", .text("`NO`, unless it is a membership of a kind.")),
    .field("last_check", .instant("When the block was last checked.")),
    .field("sender", .uuid("The wallet that gives.")),
    .field("receiver", .uuid("The wallet that receives.")),
  ]

  private static let tail: [Property] = [
    .field("asset", .uuid("What is given.")),
    .field("amount", .integer("Minor units: 350 is 3.50.", from: 0)),
    .field("comment", comment.orNull),
    .field("metadata", metadata),
    .field("primary_card", .uuid("The operator's card.").orNull),
    .field("previous_transaction", .uuid("The block before it in the asset's chain; the first block's is itself.")),
    .field("verify_hash", .flag("Whether the hash is right.")),
  ]

  private static let transaction = Schema.object(
    head + tail + [
      .field("card", Schema.named("Card", "The card as it is afterwards; null for who may not see it.").orNull),
      .optional("serialized_asset", Schema.named("Asset", "In a wallet's own list.").orNull),
      .optional("serialized_sender", .named("Wallet", "In a wallet's own list.")),
      .optional("serialized_receiver", .named("Wallet", "In a wallet's own list.")),
    ], "A transaction: one block of its asset's chain.")

  private static let simpleTransaction = Schema.object(
    head + tail + [
      .field("sender_name", .text("The giver's name.")), .field("receiver_name", .text("The receiver's name.")),
    ], "A transaction with its parties' names and without its card.")

  private static let card = Schema.object(
    [
      .field("first_tag_id", tag), .field("wallet", .named("Wallet", "The wallet that the card opens.")),
      .field("origin", .named("CardOrigin")), .field("uuid", .uuid("The card.")),
      .field("qrcode_uuid", .uuid("The uuid in its printed QR code.")),
      .field("number_printed", .text("The number printed on it.", atMost: 8)),
      .field("is_wallet_ephemere", .flag("Whether it belongs to no user yet.")),
      .field("is_primary", .flag("Whether it is an operator's card at the reading place.")),
    ], "A card as its reader may see it.")

  private static let cardOrigin = Schema.object(
    [
      .field("place", .named("Place", "The place that issued it.")), .field("generation", .integer("The batch.")),
      .field("img", .text("A picture; none here.").orNull),
    ], "Where a card comes from.")

  private static let wallet = Schema.object(
    [
      .field("uuid", .uuid("The wallet.")),
      .field("get_name", .text("The place's name, or the first 8 digits of the uuid.")),
      .field("tokens", .list(of: .named("Token"), "The balances that the reader may see.")),
      .field("has_user_card", .flag("Whether a card of a known user opens it.")),
    ], "A wallet as its reader may see it.")

  private static let token = Schema.object(
    [
      .field("uuid", .uuid("The balance.")), .field("name", .text("The asset's name.")),
      .field("value", .integer("Minor units; never negative.", from: 0)), .field("asset", .named("Asset")),
      .field("asset_uuid", .uuid("The asset.")), .field("asset_name", .text("The asset's name.")),
      .field("asset_category", category), .field("is_primary_stripe_token", .flag("Whether Stripe stands behind it.")),
      .field("last_transaction", Schema.named("TxSimple", "The last transaction it took part in.").orNull),
      .field("last_transaction_datetime", .instant("When that was.").orNull),
      .field("start_membership_date", .instant("When the membership began, for a membership.").orNull),
    ], "A balance of one asset in one wallet.")

  private static let asset = Schema.object(
    [
      .field("uuid", .uuid("The asset.")), .field("name", .text("Its name.", atMost: 100)),
      .field("currency_code", .text("At most three letters.", atMost: 3)), .field("category", category),
      .field("get_category_display", .text("The category in French.")),
      .field("place_origin", Schema.named("Place", "The place that issues it; null for the federated money.").orNull),
      .field("wallet_origin", .uuid("The wallet that creates it.")),
      .field("created_at", .instant("When its first block was made.")),
      .field("last_update", .instant("When its description last changed.")),
      .field("is_stripe_primary", .flag("Whether Stripe stands behind it.")),
      .field("place_uuid_federated_with", .list(of: .uuid("A place."), "The places that accept it in a federation.")),
      .optional("total_token_value", .integer("What is held of it, in minor units.")),
      .optional("total_in_place", .integer("What places hold of it, in minor units.")),
      .optional("total_in_wallet_not_place", .integer("What people hold of it, in minor units.")),
    ], "An asset: a currency, a gift, points, a badge or a membership.")

  private static let place = Schema.object(
    [
      .field("uuid", .uuid("The place.")), .field("name", .text("Its name.")),
      .field("dokos_id", .text("What its till gave in the handshake; tills send the word None.").orNull),
      .field("wallet", .uuid("Its wallet.")),
      .field("lespass_domain", .text("The domain of its ticketing server.").orNull),
    ], "A place: who takes money, and issues it.")

  private static let federation = Schema.object(
    [
      .field("uuid", .uuid("The federation.")), .field("name", .text("Its name.")),
      .field("places", .list(of: .named("Place"), "Its members.")),
      .field("assets", .list(of: .named("Asset"), "What they share.")),
      .field("description", .text("Its description.").orNull),
    ], "Places that accept one another's assets.")

  private static let refusal = Schema(
    types: ["object"],
    text: """
      Why something was not done. `code` and `detail` are always there (a Fedow server of old leaves them out, so they are \
      not required here); beside them stand the fields that older clients read: a field's name with its errors, or \
      `non_field_errors`. The codes: see /docs.
      """,
    properties: [
      .optional("code", .text("The stable code, for programs.", pattern: "^[a-z0-9_]+$")),
      .optional("detail", .text("What was wrong, for a person.")),
      .optional("sentence", .text("The same, as kiosks read it.")),
      .optional("non_field_errors", .list(of: .text("An error."), "What was wrong with the whole request.")),
    ],
    otherProperties: [.either([.list(of: .text("An error.")), .text("A word."), .anything("A list or an object.")])])

  private static let refusalText = Schema.text(
    "Why something was not done, as a bare sentence; its code is in the header `X-Refusal-Code`.")
}
