/// The places, and who accepts whose assets.
extension Operation {
  static let places: [Operation] = [
    .get(
      "/root_tibillet_handshake/", "rootHandshake", .open, "The root ticketing server gets its key, once",
      detail: "The first caller gets the key that creates places, and nobody after.",
      answers: [
        .answer(
          201, "The key.",
          .object([
            .field("api_key", .text("Creates places: `POST /place/`.")),
            .field("fedow_pub_pem", .text("The server's public RSA key.")),
          ])),
        .answer(208, "It was given.", .object([.field("already done", .anything("true"))])),
      ]),
    .post(
      "/place/", "createPlace", .key, "A ticketing server makes a place",
      detail: "Authenticated by the key of the root handshake.",
      body: .object([
        .field("place_domain", .text("The host name of its ticketing server.", atMost: 253)),
        .field("place_name", .text("Its name, which no other place has.", atMost: 100)),
        .field("admin_email", .text("Its administrator's address.", atMost: 254)),
        .field("admin_pub_pem", .text("The administrator's RSA key (PEM, at least 2048 bits).", atMost: 10_000)),
      ]),
      answers: [
        .answer(
          201, "The place.",
          .object([
            .field("uuid", .uuid("The place.")), .field("name", .text("Its name.")),
            .field("dokos_id", Schema.text("None yet.").orNull), .field("wallet", .uuid("Its wallet.")),
            .field("lespass_domain", .text("The host name of its ticketing server.")),
            .field("key", .text("The API key that the place speaks with.")),
          ]))
      ]),
    .get(
      "/place/link_cashless_to_place/", "linkCashless", .keyAndWallet,
      "The administrator gets a pairing key for a till",
      answers: [
        .answer(
          201, "The pairing key, which only the signer can read.",
          .object([
            .field("rsa_cypher_message", .text("Base64url of RSA-OAEP (SHA-256) for the signer's key."))
          ]))
      ], refusals: [.refusal(405, "The place has its till already.")]),
    Operation(
      method: .post, path: "/place/handshake/", id: "handshake",
      summary: "Pair a till or kiosk with its place", access: .place,
      detail: """
        Authenticated by the pairing key that `ledgerd place create` printed, and signed by the key that is sent. The \
        pairing key serves once and expires.
        """,
      body: .object([
        .field("fedow_place_uuid", .uuid("The place that the pairing key is for.")),
        .field("cashless_ip", .text("The client's address.", atMost: 100)),
        .field("cashless_url", .text("Where the client itself can be called.", atMost: 500)),
        .field("cashless_admin_apikey", .text("The key by which it can be called.", atMost: 41)),
        .field(
          "cashless_rsa_pub_key", .text("The RSA key (PEM, at least 2048 bits) that signs from now on.", atMost: 10_000)
        ),
        .optional("dokos_id", .text("Tills send the word None.", atMost: 100).orNull),
      ]), takesForm: true,
      answers: [
        .answer(
          202, "Base64url of JSON: `place_admin_apikey` and `place_wallet_uuid`.",
          .text("The lasting API key and the place's wallet.", pattern: "^[A-Za-z0-9_=-]+$"))
      ]),
  ]

  static let federations: [Operation] = [
    .get(
      "/federation/", "federations", .place, "The federations of the place",
      answers: [.answer(200, "Those it belongs to.", .list(of: .named("Federation")))]),
    .post(
      "/federation/", "shareAsset", .keyAndWallet, "Share an asset with another place",
      detail: "The signer must administer the place that issues the asset.",
      body: .object([
        .field("place_origin", .uuid("The place that issues the asset.")),
        .field("place_added", .uuid("The place that will accept it.")),
        .field("asset", .uuid("The asset.")),
        .field("name", .text("The federation's name; it is made when there is none.", atMost: 100)),
      ]), answers: [.answer(200, "The federation.", .named("Federation"))]),
  ]
}
