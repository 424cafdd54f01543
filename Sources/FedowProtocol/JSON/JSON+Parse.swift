extension JSON {
  /// Reads a whole JSON text (RFC 8259) the way Python's `json.loads` does behind Django REST framework: strict, without
  /// `NaN` and `Infinity`, duplicate keys allowed (the last wins), no byte order mark.
  /// - Throws: `JSONError` with the place.
  public static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSON {
    try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
      var reader = JSONReader(buffer)
      return try reader.readDocument()
    }
  }

  /// Reads JSON from text.
  public static func parse(_ text: String) throws(JSONError) -> JSON { try parse(Array(text.utf8)) }
}
