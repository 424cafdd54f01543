import COpenSSL
import Model

/// SHA-256 (FIPS 180-4).
public enum SHA256 {
  /// The 32 bytes of the digest.
  public static func hash(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    // The one-shot call fails only when memory is exhausted, where Swift itself has already stopped the process.
    let succeeded = EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil)
    precondition(succeeded == 1, "SHA-256 is part of libcrypto")
    return digest
  }

  /// The digest of the text's UTF-8, as 64 lower-case hexadecimal digits.
  public static func hex(of text: String) -> String { Hexadecimal.encode(hash(Array(text.utf8))) }
}
