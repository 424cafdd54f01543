/// The places, and who accepts whose assets.
extension Operation {
  static let places: [Operation] = [
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
      ])
  ]

  static let federations: [Operation] = [
    .get(
      "/federation/", "federations", .place, "The federations of the place",
      answers: [.answer(200, "Those it belongs to.", .list(of: .named("Federation")))])
  ]
}
