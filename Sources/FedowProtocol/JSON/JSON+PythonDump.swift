extension JSON {
  /// The text that Python's `json.dumps` writes, byte for byte: `", "` and `": "`, everything beyond ASCII escaped.
  ///
  /// - Parameter sortKeys: keys by code point, as `sort_keys=True` does; for the chain's hashes.
  public func pythonDump(sortKeys: Bool = false) -> String {
    var writer = JSONWriter(itemSeparator: ", ", keySeparator: ": ", escapesNonASCII: true, sortsKeys: sortKeys)
    writer.write(self)
    return writer.text
  }

  /// The text that Django REST framework answers with: no spaces, Unicode as it is.
  public var compact: String { String(decoding: compactBytes, as: UTF8.self) }

  /// The same as UTF-8.
  public var compactBytes: [UInt8] {
    if case .written(let written) = self { return written.bytes }
    var writer = JSONWriter(itemSeparator: ",", keySeparator: ":", escapesNonASCII: false, sortsKeys: false)
    writer.write(self)
    return writer.bytes
  }
}
