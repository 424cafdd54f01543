import Model

extension Books {
  /// One of the server's own facts, given at installation.
  public enum Setting: String, Sendable, CaseIterable {
    case serverName = "server_name"
    case domain
    case primaryWallet = "primary_wallet"
    case createPlaceKeyGiven = "create_place_key_given"
    /// The private key of the primary wallet, encrypted.
    case serverKey = "server_key"
    /// The days of those who set none: a name of the IANA database.
    case timeZone = "time_zone"
    /// The price of refills that the payer chooses, at Stripe.
    case stripePrice = "stripe_price"
    /// The number of the last kept answer that is in a page.
    case lastIndexedReply = "last_indexed_reply"
  }

  /// The value, or nil before installation.
  public func setting(_ setting: Setting) throws -> String? {
    try row("SELECT value FROM settings WHERE key = ?", [setting.rawValue])?["value"]
  }

  func set(_ setting: Setting, to value: String) throws {
    try execute("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", [setting.rawValue, value])
  }

  /// The zone whose days count where no other is set.
  public func timeZone() throws -> String { try setting(.timeZone) ?? "Europe/Paris" }

  /// The wallet of the server itself, which issues the federated asset.
  /// - Throws: `Refusal` with `configuration_invalid` before installation.
  public func primaryWallet() throws -> EntityID {
    if let wallet = memory?.primaryWallet { return wallet }
    guard let wallet = try setting(.primaryWallet).flatMap({ EntityID($0) }) else {
      throw Refusal(.configurationInvalid, "This ledger is not installed yet. Run: ledgerd install")
    }
    memory?.primaryWallet = wallet
    return wallet
  }
}
