import FedowProtocol

/// Who may make a call, and how they prove it.
enum Access: String, Sendable, CaseIterable {
  /// Anyone.
  case open = "open"
  /// A place: its API key and its signature.
  case place = "P"
  /// A place by its API key alone.
  case key = "K"
  /// A person's wallet, by its signature.
  case wallet = "W"
  /// A place's API key together with a wallet's signature.
  case keyAndWallet = "KW"

  /// The security schemes that must all be met.
  var schemes: [String] {
    switch self {
    case .open: []
    case .place: ["placeKey", "placeSignature"]
    case .key: ["placeKey"]
    case .wallet: ["walletName", "walletDate", "walletSignature"]
    case .keyAndWallet: ["placeKey", "walletName", "walletDate", "walletSignature"]
    }
  }

  /// For people.
  var text: String {
    switch self {
    case .open: "Anyone"
    case .place: "A place's API key and signature"
    case .key: "A place's API key"
    case .wallet: "A wallet's signature"
    case .keyAndWallet: "A place's API key and a wallet's signature"
    }
  }

  /// The schemes of the whole API.
  static let schemes: [(name: String, header: String, text: String)] = [
    (
      "placeKey", "Authorization",
      "`Api-Key <8 characters>.<32 characters>`, from the handshake. The server keeps only its hash."
    ),
    (
      "placeSignature", "Signature",
      """
      Padded base64url of an RSA-PSS signature (SHA-256, MGF1 with SHA-256, salt of 222 bytes for a key of 2048 bits) by \
      the key that was sent in the handshake. POST: over base64url of the body as Python's json.dumps writes it. GET: \
      over the API key's 41 characters. A ticketing server's place that has no key of its own proves itself by its API \
      key alone.
      """
    ),
    ("walletName", "Wallet", "The wallet's uuid."),
    (
      "walletDate", "Date",
      "The instant in Python's isoformat (not RFC 1123), within a day of the server's clock unless configured otherwise."
    ),
    (
      "walletSignature", "Signature",
      """
      As `placeSignature`, by the wallet's own key. POST: over the body. GET: over `{wallet}:{date}`, the two headers' \
      values.
      """
    ),
  ]
}
