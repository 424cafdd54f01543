import COpenSSL

/// Comparison that tells nothing by how long it takes.
public enum ConstantTime {
  /// Whether both are the same bytes; only their lengths may show in the time.
  public static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
  }
}
