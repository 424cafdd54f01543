import COpenSSL

/// An RSA public key: whom a place or a wallet is to the ledger.
public final class RSAPublicKey: @unchecked Sendable {
  // Unchecked because EVP_PKEY and EVP_PKEY_CTX are C pointers: neither is changed after init, and OpenSSL's reading calls,
  // of which copying a context is one, are safe from any thread (openssl-threads(7)).
  private let handle: OpaquePointer
  /// What a check begins with, made once: to set it up each time takes a fifth of the check.
  private let checking: OpaquePointer?
  /// The key as SubjectPublicKeyInfo in PEM (RFC 7468), the way OpenSSL writes it.
  public let pem: String

  /// Reads a PEM `PUBLIC KEY` block.
  /// - Throws: `key_malformed` when it is not an RSA key, `key_too_weak` under 2048 bits, the protocol's least.
  public convenience init(pem: String) throws(SigningError) {
    guard let handle = PEM.read(pem, with: { PEM_read_bio_PUBKEY($0, nil, nil, nil) }) else {
      throw SigningError(.keyMalformed)
    }
    try self.init(owning: handle)
  }

  /// Takes ownership of a key; it is freed also when it is refused.
  init(owning handle: OpaquePointer) throws(SigningError) {
    guard EVP_PKEY_get_base_id(handle) == EVP_PKEY_RSA, let pem = PEM.write({ PEM_write_bio_PUBKEY($0, handle) })
    else {
      EVP_PKEY_free(handle)
      throw SigningError(.keyMalformed)
    }
    guard EVP_PKEY_get_bits(handle) >= 2048 else {
      EVP_PKEY_free(handle)
      throw SigningError(code: .keyTooWeak, cause: "fewer than 2048 bits")
    }
    self.handle = handle
    self.pem = pem
    checking = Self.checking(with: handle)
  }

  deinit {
    EVP_PKEY_CTX_free(checking)
    EVP_PKEY_free(handle)
  }

  /// The size of the modulus.
  public var bits: Int { Int(EVP_PKEY_get_bits(handle)) }

  /// Whether this key's owner signed the message: RSASSA-PSS, SHA-256, MGF1 with SHA-256 (RFC 8017, 8.1).
  ///
  /// Any salt length is accepted, as the servers in the field do; we ourselves sign with the longest.
  public func isValid(signature: [UInt8], for message: [UInt8]) -> Bool {
    isValid(signature: signature, forDigest: SHA256.hash(message))
  }

  /// The same for who has only the SHA-256 of the message: PSS signs nothing else of it.
  public func isValid(signature: [UInt8], forDigest digest: [UInt8]) -> Bool {
    guard digest.count == 32, let checking, let context = EVP_PKEY_CTX_dup(checking) else { return false }
    defer { EVP_PKEY_CTX_free(context) }
    let isValid = EVP_PKEY_verify(context, signature, signature.count, digest, digest.count) == 1
    if !isValid { ERR_clear_error() }
    return isValid
  }

  private static func checking(with handle: OpaquePointer) -> OpaquePointer? {
    guard let context = EVP_PKEY_CTX_new(handle, nil) else { return nil }
    guard EVP_PKEY_verify_init(context) == 1,
      EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1,
      EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_AUTO) == 1,
      EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1,
      EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1
    else {
      ERR_clear_error()
      EVP_PKEY_CTX_free(context)
      return nil
    }
    return context
  }

  /// Encrypts a short secret for this key's owner: RSAES-OAEP with SHA-256 (RFC 8017, 7.1).
  public func encrypt(_ plain: [UInt8]) throws(SigningError) -> [UInt8] {
    try OAEP.run(handle, on: plain, start: EVP_PKEY_encrypt_init, step: EVP_PKEY_encrypt, failing: .encryption)
  }
}
