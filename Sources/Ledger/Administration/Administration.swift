import FedowProtocol
import Model
import Signing

/// What is done on the server alone: it makes places and money's kinds, so no call of the network reaches it.
///
/// Each runs in one transaction of its own and may run while the server does.
public struct Administration: Sendable {
  let store: LedgerStore
  let clock: @Sendable () -> LedgerTime
  let newID: @Sendable () -> EntityID

  /// The administration of this ledger.
  public init(
    store: LedgerStore, clock: @escaping @Sendable () -> LedgerTime = LedgerTime.now,
    newID: @escaping @Sendable () -> EntityID = { EntityID.random() }
  ) {
    self.store = store
    self.clock = clock
    self.newID = newID
  }

  func write<Value: Sendable>(_ body: @Sendable @escaping (LedgerWriter) throws -> Value) async throws -> Value {
    try await store.withClock(clock).writeAsLedger(newID: newID, body)
  }

  /// What an installation made.
  public struct Installation: Sendable {
    /// The server's name.
    public let serverName: String
    /// The address that pairing strings carry.
    public let domain: String
    /// The server's own wallet.
    public let primaryWallet: EntityID
    /// The federated asset.
    public let federatedAsset: EntityID
  }

  /// Makes the server's wallet with its key and that key's authority, and the federated asset with the first block of its
  /// chain.
  /// - Throws: `Refusal` with `already_exists` when it was done before.
  public func install(
    serverName: String, domain: String, assetName: String = "Primary Asset", currency: String = "FED"
  ) async throws -> Installation {
    try await install(serverName: serverName, domain: domain, assetName: assetName, currency: currency, key: nil)
  }

  /// The same with a key that is at hand, for many ledgers in one process: a new one takes a quarter of a second.
  package func install(
    serverName: String, domain: String, assetName: String = "Primary Asset", currency: String = "FED",
    key ready: RSAPrivateKey?
  ) async throws -> Installation {
    guard !serverName.isEmpty, !domain.isEmpty, (1...3).contains(currency.count) else {
      throw Refusal(.configurationInvalid, "Give a server name, a domain and a currency code of 1 to 3 letters.")
    }
    let installed = Refusal(.alreadyExists, "This ledger is installed already.")
    guard try await !store.isInstalled() else { throw installed }
    let key = try ServerKey(store: store).make(from: ready)
    return try await write { ledger in
      guard try ledger.books.setting(.primaryWallet) == nil else { throw installed }
      let wallet = ledger.newID()
      try ledger.books.insertWallet(wallet, name: "Primary Wallet", at: ledger.now)
      try ledger.books.set(.primaryWallet, to: wallet.text)
      try ledger.books.set(.serverName, to: serverName)
      try ledger.books.set(.domain, to: domain)
      try ledger.install(key)
      try ledger.establishAuthorities(reason: "installed")
      let asset = Books.Asset(
        uuid: ledger.newID(), name: assetName, currencyCode: currency.uppercased(), category: .federated,
        origin: nil, issuerWallet: wallet, isArchived: false, createdAt: ledger.now, lastUpdate: ledger.now)
      try ledger.establish(asset)
      return Installation(
        serverName: serverName, domain: domain, primaryWallet: wallet, federatedAsset: asset.uuid)
    }
  }

  /// A place and what its first client pairs with.
  public struct Pairing: Sendable {
    /// The place.
    public let place: Books.Place
    /// What to give to `tapctl pair`.
    public let pairing: PairingString
    /// Until when.
    public let expiresAt: LedgerTime
  }

  /// How long a pairing string is good for.
  public static let pairingLifetime = Duration.seconds(7 * 86_400)

  /// Makes a place with its wallet.
  /// - Parameter domain: where its client reaches the ledger; nil: the domain given at installation.
  /// - Throws: `Refusal` with `already_exists`.
  public func createPlace(name: String, domain: String? = nil) async throws -> Pairing {
    guard !name.isEmpty, name.unicodeScalars.count <= 100 else {
      throw Refusal(.requestMalformed, "A place's name has 1 to 100 characters.")
    }
    return try await write { ledger in
      _ = try ledger.books.primaryWallet()
      guard try ledger.books.place(named: name) == nil else {
        throw Refusal(.alreadyExists, "There is a place named '\(name)' already.")
      }
      let uuid = ledger.newID()
      try ledger.books.insertPlace(
        uuid, name: name, wallet: ledger.newID(), lespassDomain: nil, at: ledger.now)
      return try Self.pair(uuid, domain: domain, ledger: ledger)
    }
  }

  /// A further pairing string for a place that exists: for another kiosk, or one that lost its key.
  public func pairAgain(place name: String, domain: String? = nil) async throws -> Pairing {
    try await write { ledger in
      try Self.pair(try ledger.books.existingPlace(name).uuid, domain: domain, ledger: ledger)
    }
  }

  static func pair(_ uuid: EntityID, domain: String?, ledger: LedgerWriter) throws -> Pairing {
    let (key, expiresAt) = try ledger.makePairingKey(for: uuid)
    guard let place = try ledger.books.place(uuid), let domain = try domain ?? ledger.books.setting(.domain) else {
      throw Refusal(.configurationInvalid, "This ledger is not installed yet. Run: ledgerd install")
    }
    return Pairing(
      place: place, pairing: PairingString(domain: domain, place: uuid, temporaryKey: key.text), expiresAt: expiresAt)
  }

  /// Makes an asset of a place.
  /// - Throws: `Refusal` or `Rejection` with what is wrong.
  public func createAsset(
    place: String, name: String, currency: String, category: AssetCategory
  ) async throws -> Books.Asset {
    try await write { ledger in
      let place = try ledger.books.existingPlace(place)
      guard try ledger.books.asset(named: name) == nil else {
        throw Refusal(.alreadyExists, "There is an asset named '\(name)' already.")
      }
      guard !name.isEmpty, (1...3).contains(currency.count), CreateAsset.ofPlaces.contains(category) else {
        throw Refusal(
          .requestMalformed, "An asset has a name, a currency code of 1 to 3 letters and a place's category.")
      }
      let asset = Books.Asset(
        uuid: ledger.newID(), name: name, currencyCode: currency.uppercased(), category: category,
        origin: place.uuid, issuerWallet: place.wallet, isArchived: false, createdAt: ledger.now,
        lastUpdate: ledger.now)
      try ledger.establish(asset)
      return asset
    }
  }

  /// All places.
  public func places() async throws -> [Books.Place] { try await store.read { try $0.places() } }
}

extension LedgerWriter {
  /// A key for one handshake of a place, and until when it is good.
  func makePairingKey(for place: EntityID) throws -> (key: APIKey, expiresAt: LedgerTime) {
    let key = APIKey.generate()
    let expiresAt = LedgerTime(
      microseconds: now.microseconds + Administration.pairingLifetime.components.seconds * 1_000_000)
    try books.insertKey(key, purpose: .pairing, place: place, expiresAt: expiresAt, at: now)
    return (key, expiresAt)
  }
}

extension Books {
  /// The place that an operator means by its name or uuid.
  /// - Throws: `Refusal` with `not_found`.
  public func existingPlace(_ text: String) throws -> Place {
    let found = try EntityID(text).flatMap { try place($0) } ?? place(named: text)
    guard let found else {
      throw Refusal(.notFound, "There is no place '\(text)'. See: ledgerd place list")
    }
    return found
  }
}
