import COpenSSL

/// The two directions of RSAES-OAEP, which differ only in the pair of functions that OpenSSL wants called.
enum OAEP {
  typealias Step = (
    OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int>?, UnsafePointer<UInt8>?, Int
  ) -> Int32

  static func run(
    _ key: OpaquePointer, on input: [UInt8], start: (OpaquePointer?) -> Int32, step: Step,
    failing code: SigningError.Code
  ) throws(SigningError) -> [UInt8] {
    guard let context = EVP_PKEY_CTX_new(key, nil) else { throw SigningError(code) }
    defer { EVP_PKEY_CTX_free(context) }
    var count = Int(EVP_PKEY_get_size(key))
    var output = [UInt8](repeating: 0, count: count)
    guard start(context) == 1,
      EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1,
      EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1,
      EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1,
      step(context, &output, &count, input, input.count) == 1
    else { throw SigningError(code) }
    return Array(output.prefix(count))
  }
}
