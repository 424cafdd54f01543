import FedowProtocol

extension FuzzTarget {
  /// Whatever is read is written so that it reads back the same, and writing that again changes nothing: else a signature
  /// over the dump would fit one side's bytes and not the other's.
  static func json(_ bytes: [UInt8]) throws(Finding) {
    guard let value = try? JSON.parse(bytes) else { return }
    _ = value.pythonString
    _ = value.hashValue
    for (style, dump) in [("dump", value.pythonDump()), ("compact", value.compact)] {
      let again: JSON
      do {
        again = try JSON.parse(dump)
      } catch {
        throw Finding("\(style) \(dump) is not JSON: \(error)")
      }
      try Finding.unless(again == value, "\(style) \(dump) reads back as another value")
      let redump = style == "dump" ? again.pythonDump() : again.compact
      try Finding.unless(Array(redump.utf8) == Array(dump.utf8), "\(style) \(dump) becomes \(redump)")
    }
    let sorted = value.pythonDump(sortKeys: true)
    let resorted = (try? JSON.parse(sorted))?.pythonDump(sortKeys: true)
    try Finding.unless(resorted == sorted, "sorted \(sorted) becomes \(resorted ?? "no JSON")")
    if case .object(let object) = value { try written(object) }
  }

  /// An object that was written once for many answers stays the object.
  private static func written(_ object: JSONObject) throws(Finding) {
    let written = JSON.written(WrittenJSON(object))
    try Finding.unless(written == .object(object), "written once, it is another object")
    for key in object.keys {
      try Finding.unless(written[key] == object[key], "written once, another value stands under a key")
    }
  }

  /// A form reads back as what it was read as.
  static func form(_ bytes: [UInt8]) throws(Finding) {
    guard let form = try? FormBody.parse(bytes), let object = form.object else { return }
    let encoded = FormBody.encode(object)
    let again = try? FormBody.parse(encoded)
    try Finding.unless(again == form, "\(text(encoded)) reads back as another form")
    try Finding.unless((try? JSON.parse(form.pythonDump())) == form, "the form's dump reads back as another one")
  }
}
