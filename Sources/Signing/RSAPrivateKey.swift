import COpenSSL
import Model

/// An RSA private key that signs and decrypts as the Fedow protocol wants.
///
/// OpenSSL rather than swift-crypto because the protocol's PSS salt is as long as it can be (222 bytes for 2048 bits),
/// which swift-crypto cannot be told.
public final class RSAPrivateKey: @unchecked Sendable {
  // Unchecked because EVP_PKEY is a C pointer: it is never changed after init, and OpenSSL's reading calls on a key are
  // safe from any thread (openssl-threads(7)).
  private let handle: OpaquePointer
  /// The key as PKCS#8 in PEM, unencrypted: it belongs into a file of mode 0600 and nowhere else.
  public let pem: String
  /// The half that others may know.
  public let publicKey: RSAPublicKey

  /// Makes a new key of 2048 bits.
  public static func generate() throws(SigningError) -> RSAPrivateKey {
    guard let handle = fedow_rsa_generate(2048) else { throw SigningError(.keyGeneration) }
    return try RSAPrivateKey(owning: handle)
  }

  /// Reads an unencrypted PEM private key (PKCS#8 or PKCS#1).
  public convenience init(pem: String) throws(SigningError) {
    // Without a pass phrase callback OpenSSL would ask for one at the terminal.
    guard !pem.contains("ENCRYPTED"), let handle = PEM.read(pem, with: { PEM_read_bio_PrivateKey($0, nil, nil, nil) })
    else {
      throw SigningError(.keyMalformed)
    }
    try self.init(owning: handle)
  }

  /// Reads a key that `sealed` wrote.
  /// - Throws: `key_malformed` when the pass phrase is another, too.
  public convenience init(sealed pem: String, passphrase: [UInt8]) throws(SigningError) {
    let phrase = Array(Hexadecimal.encode(passphrase).utf8CString)
    let read = phrase.withUnsafeBufferPointer { phrase in
      // Without a callback OpenSSL takes its last argument for the pass phrase (PEM_read_bio_PrivateKey(3)).
      PEM.read(
        pem, with: { PEM_read_bio_PrivateKey($0, nil, nil, UnsafeMutableRawPointer(mutating: phrase.baseAddress)) })
    }
    guard let read else {
      ERR_clear_error()
      throw SigningError(.keyMalformed)
    }
    try self.init(owning: read)
  }

  /// The key as encrypted PKCS#8 in PEM (PBES2 with AES-256): what may lie in a database.
  public func sealed(passphrase: [UInt8]) throws(SigningError) -> String {
    let phrase = Array(Hexadecimal.encode(passphrase).utf8)
    let pem = phrase.withUnsafeBytes { phrase in
      PEM.write {
        PEM_write_bio_PKCS8PrivateKey(
          $0, handle, EVP_aes_256_cbc(), phrase.bindMemory(to: CChar.self).baseAddress, Int32(phrase.count), nil, nil)
      }
    }
    guard let pem else { throw SigningError(.encryption) }
    return pem
  }

  private init(owning handle: OpaquePointer) throws(SigningError) {
    guard let pem = PEM.write({ PEM_write_bio_PrivateKey($0, handle, nil, nil, 0, nil, nil) }),
      let publicPEM = PEM.write({ PEM_write_bio_PUBKEY($0, handle) })
    else {
      EVP_PKEY_free(handle)
      throw SigningError(.keyMalformed)
    }
    do throws(SigningError) {
      publicKey = try RSAPublicKey(pem: publicPEM)
    } catch {
      EVP_PKEY_free(handle)
      throw error
    }
    self.handle = handle
    self.pem = pem
  }

  deinit { EVP_PKEY_free(handle) }

  /// Signs: RSASSA-PSS, SHA-256, MGF1 with SHA-256, the longest salt (RFC 8017, 8.1).
  public func sign(_ message: [UInt8]) throws(SigningError) -> [UInt8] {
    guard let context = EVP_MD_CTX_new() else { throw SigningError(.signing) }
    defer { EVP_MD_CTX_free(context) }
    var parameters: OpaquePointer?
    var count = Int(EVP_PKEY_get_size(handle))
    var signature = [UInt8](repeating: 0, count: count)
    guard EVP_DigestSignInit(context, &parameters, EVP_sha256(), nil, handle) == 1,
      EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1,
      EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_MAX) == 1,
      EVP_PKEY_CTX_set_rsa_mgf1_md(parameters, EVP_sha256()) == 1,
      EVP_DigestSign(context, &signature, &count, message, message.count) == 1
    else { throw SigningError(.signing) }
    return Array(signature.prefix(count))
  }

  /// Decrypts what was encrypted for the public half: RSAES-OAEP with SHA-256 (RFC 8017, 7.1).
  public func decrypt(_ cipher: [UInt8]) throws(SigningError) -> [UInt8] {
    try OAEP.run(handle, on: cipher, start: EVP_PKEY_decrypt_init, step: EVP_PKEY_decrypt, failing: .decryption)
  }
}
