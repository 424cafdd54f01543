import COpenSSL

/// PEM text through OpenSSL's memory streams, which are freed here.
enum PEM {
  static func read(_ text: String, with reader: (OpaquePointer) -> OpaquePointer?) -> OpaquePointer? {
    let bytes = Array(text.utf8)
    // No key in use comes near this bound; without it a request could make OpenSSL chew megabytes.
    guard bytes.count <= 65_536, let stream = fedow_bio_memory(bytes, Int32(bytes.count)) else { return nil }
    defer { BIO_free(stream) }
    // The stream reads the array in place, so the array must outlive it.
    return withExtendedLifetime(bytes) { reader(stream) }
  }

  static func write(_ writer: (OpaquePointer) -> Int32) -> String? {
    guard let stream = BIO_new(BIO_s_mem()) else { return nil }
    defer { BIO_free(stream) }
    var contents: UnsafeMutablePointer<CChar>?
    guard writer(stream) == 1, case let count = fedow_bio_contents(stream, &contents), count > 0, let contents
    else { return nil }
    return String(decoding: UnsafeRawBufferPointer(start: contents, count: count), as: UTF8.self)
  }
}
