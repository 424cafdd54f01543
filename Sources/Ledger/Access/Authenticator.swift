import FedowProtocol
import Model
import Signing
import Synchronization

/// What a request shows of who sends it: header values as they came.
public struct Credentials: Sendable {
  /// `Authorization`.
  public var authorization: String?
  /// `Signature`.
  public var signature: String?
  /// `Wallet`.
  public var wallet: String?
  /// `Date`, in Python's isoformat, not RFC 1123.
  public var date: String?

  /// The values of the four headers.
  public init(authorization: String?, signature: String?, wallet: String? = nil, date: String? = nil) {
    self.authorization = authorization
    self.signature = signature
    self.wallet = wallet
    self.date = date
  }

  /// The API key, when there is one of the right form.
  public var apiKey: APIKey? {
    guard let authorization, authorization.hasPrefix("Api-Key ") else { return nil }
    return APIKey(String(authorization.dropFirst(8)))
  }

  /// The signature's bytes.
  public var signatureBytes: [UInt8]? { signature.flatMap { Base64URL.decode($0) } }
}

/// Finds out who sends a request; beside the writer, in parallel, before anything is done.
public final class Authenticator: Sendable {
  private let store: LedgerStore
  private let clock: @Sendable () -> LedgerTime
  private let walletDateWindow: Duration?
  /// Keys already read from PEM, by their text: a text never means another key, so this is never stale.
  private let keys = Mutex<[String: RSAPublicKey]>([:])
  /// Places whose requests come often, by the digest of their API key. What is found here may have been revoked since:
  /// it counts only for what the writer confirms.
  private let regulars = Mutex<[[UInt8]: Regular]>([:])

  private struct Regular {
    let caller: Caller
    let key: APIKey
    let pem: String
    let publicKey: RSAPublicKey

    func passport(_ request: RequestSignature) -> Passport {
      Passport(key: key, place: caller.place.uuid, publicKey: pem, request: request)
    }
  }

  /// - Parameter walletDateWindow: how far a wallet's `Date` may be from the clock; nil: any.
  public init(
    store: LedgerStore, walletDateWindow: Duration? = .seconds(86_400),
    clock: @escaping @Sendable () -> LedgerTime = LedgerTime.now
  ) {
    self.store = store
    self.walletDateWindow = walletDateWindow
    self.clock = clock
  }

  /// **K**: the API key alone.
  /// - Throws: `Rejection` 403.
  public func place(byKey credentials: Credentials) async throws -> Books.Place {
    try known(credentials).place
  }

  /// **P**: the API key, and the signature by the RSA key that was paired with it; with the device whose key it is.
  ///
  /// - Parameter message: what must have been signed, made of the API key.
  /// - Throws: `Rejection` 403, also from the instant when the device is revoked.
  public func caller(_ credentials: Credentials, signed message: (APIKey) -> [UInt8]) throws -> Caller {
    let (place, device, pem, key, mayBeUnsigned) = try known(credentials)
    guard let pem else {
      // A ticketing server's place without a till proves itself by its key alone (protocol section 2).
      guard mayBeUnsigned else { throw Rejection.notAuthenticated }
      return Caller(place: place, device: device)
    }
    guard let signature = credentials.signatureBytes, let publicKey = publicKey(pem),
      publicKey.isValid(signature: signature, for: message(key))
    else { throw Rejection.notAuthenticated }
    return Caller(place: place, device: device)
  }

  /// **P** for a request that goes to the writer: the same, for which the place's rows need not be read each time, because
  /// the writer confirms the passport inside its transaction.
  /// - Throws: `Rejection` 403.
  public func regular(
    _ credentials: Credentials, signed message: () -> [UInt8]
  ) async throws -> (caller: Caller, passport: Passport) {
    guard let key = credentials.apiKey, let signature = credentials.signatureBytes else {
      return (try caller(credentials, signed: { _ in message() }), Passport.none)
    }
    let digest = key.digest
    if let regular = regulars.withLock({ $0[digest] }) {
      let request = RequestSignature(digest: SHA256.hash(message()), signature: signature)
      guard request.isValid(by: regular.publicKey) else { throw Rejection.notAuthenticated }
      return (regular.caller, regular.passport(request))
    }
    let (place, device, pem, _, _) = try known(credentials)
    guard let pem, let publicKey = publicKey(pem) else {
      return (try caller(credentials, signed: { _ in message() }), Passport.none)
    }
    let request = RequestSignature(digest: SHA256.hash(message()), signature: signature)
    guard request.isValid(by: publicKey) else { throw Rejection.notAuthenticated }
    let regular = Regular(caller: Caller(place: place, device: device), key: key, pem: pem, publicKey: publicKey)
    regulars.withLock {
      if $0.count >= 1024 { $0.removeAll() }
      $0[digest] = regular
    }
    return (regular.caller, regular.passport(request))
  }

  /// **W**: the wallet, by its own key.
  ///
  /// - Parameter message: what must have been signed; nil for a GET, where it is the wallet and the date.
  /// - Throws: `Rejection` 403.
  public func wallet(_ credentials: Credentials, signed message: [UInt8]? = nil) async throws -> EntityID {
    guard let name = credentials.wallet, let date = credentials.date else {
      throw Rejection(status: 403, ["detail": "Missing date or wallet"])
    }
    guard let wallet = EntityID(name), let signature = credentials.signatureBytes,
      let pem = try await store.read({ try $0.walletPublicKey(wallet) }), let publicKey = publicKey(pem)
    else { throw Rejection.notAuthenticated }
    let messages =
      message.map { [$0] } ?? [
        SignedMessage.walletGet(wallet: wallet, date: date),
        SignedMessage.walletGet(wallet: wallet, date: LedgerTime.parse(date)?.isoformat ?? date),
      ]
    guard messages.contains(where: { publicKey.isValid(signature: signature, for: $0) }), isFresh(date) else {
      throw Rejection.notAuthenticated
    }
    return wallet
  }

  /// **W** for a POST that is to be written: the wallet, with the signature that the blocks made on it keep.
  /// - Throws: `Rejection` 403.
  public func signer(
    _ credentials: Credentials, signed message: [UInt8]
  ) async throws -> (wallet: EntityID, passport: Passport) {
    let wallet = try await wallet(credentials, signed: message)
    guard let signature = credentials.signatureBytes else { throw Rejection.notAuthenticated }
    let request = RequestSignature(digest: SHA256.hash(message), signature: signature)
    return (wallet, Passport(wallet: wallet, request: request))
  }

  private func isFresh(_ date: String) -> Bool {
    guard let walletDateWindow else { return true }
    guard let date = LedgerTime.parse(date) else { return false }
    let microseconds = walletDateWindow.components.seconds * 1_000_000
    return abs(clock().microseconds - date.microseconds) <= microseconds
  }

  private func known(
    _ credentials: Credentials
  ) throws -> (place: Books.Place, device: EntityID?, publicKey: String?, key: APIKey, mayBeUnsigned: Bool) {
    guard let key = credentials.apiKey else { throw Rejection.notAuthenticated }
    return try store.lookUp { books in
      guard let known = try books.key(key, purpose: .place), let id = known.place, let place = try books.place(id),
        !place.isDisabled
      else { throw Rejection.notAuthenticated }
      return (place, known.device, known.publicKey, key, place.lespassDomain != nil)
    }
  }

  private func publicKey(_ pem: String) -> RSAPublicKey? {
    if let key = keys.withLock({ $0[pem] }) { return key }
    guard let key = try? RSAPublicKey(pem: pem) else { return nil }
    keys.withLock {
      if $0.count >= 1024 { $0.removeAll() }
      $0[pem] = key
    }
    return key
  }
}
