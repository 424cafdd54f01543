/// Writes an object of known fields straight into its compact text, without a tree between: for what every sale answers.
struct ObjectWriter {
  private var writer = JSONWriter(itemSeparator: ",", keySeparator: ":", escapesNonASCII: false, sortsKeys: false)
  private var isEmpty = true

  mutating func add(_ key: StaticString, _ value: String?) {
    begin(key)
    writer.write(value)
  }

  mutating func add(_ key: StaticString, _ value: Int64) {
    begin(key)
    writer.write(JSON(value))
  }

  mutating func add(_ key: StaticString, _ value: Bool) {
    begin(key)
    writer.write(JSON.bool(value))
  }

  mutating func add(_ key: StaticString, _ value: JSON) {
    begin(key)
    writer.write(value)
  }

  /// The object.
  consuming func finish() -> JSON {
    writer.append(isEmpty ? "{}" : "}")
    return .written(WrittenJSON(bytes: writer.bytes))
  }

  private mutating func begin(_ key: StaticString) {
    writer.append(isEmpty ? "{\"" : ",\"")
    isEmpty = false
    writer.append(key)
    writer.append("\":")
  }
}
