import Model

extension ZoneRules {
  /// Reads a zone file: the block of 64-bit times of version 2 and later, and the rule in its footer (RFC 8536, section 3).
  /// - Throws: `Refusal` with `configuration_invalid` when it is no such file.
  public init(tzif bytes: [UInt8]) throws(Refusal) {
    var reader = TZifReader(bytes: bytes)
    let old = try reader.header()
    guard old.version >= 2 else { throw TZifReader.malformed }
    try reader.skip(old.length(ofTime: 4))
    let header = try reader.header()
    var transitions: [Int64] = []
    for _ in 0..<header.times { transitions.append(try reader.integer(8, in: TZifReader.times)) }
    var types: [Int] = []
    for _ in 0..<header.times { types.append(Int(try reader.integer(1) & 0xFF)) }
    var offsets: [(seconds: Int64, isDaylight: Bool)] = []
    for _ in 0..<header.types {
      let seconds = try reader.integer(4, in: TZifReader.offsets)
      let isDaylight = try reader.integer(1) != 0
      offsets.append((seconds, isDaylight))
      try reader.skip(1)
    }
    try reader.skip(header.characters + header.leaps * 12 + header.standards + header.universals)
    let rule = try reader.footer().flatMap { text throws(Refusal) in try ZoneRule(posix: text) }
    let isRising = zip(transitions, transitions.dropFirst()).allSatisfy { $0 < $1 }
    guard isRising, types.allSatisfy({ $0 < offsets.count }), let first = offsets.first else {
      throw TZifReader.malformed
    }
    self.init(
      transitions: transitions, offsets: types.map { offsets[$0].seconds }, firstOffset: first.seconds, rule: rule)
  }
}

/// Reads the parts of a zone file in their order.
struct TZifReader {
  let bytes: [UInt8]
  private var position = 0

  static let malformed = Refusal(.configurationInvalid, "This is not a time zone file of version 2 or later.")

  /// From before the Big Bang to as long after (RFC 8536, section 4): sums of them and any offset fit.
  static let times: ClosedRange<Int64> = -(1 << 59)...(1 << 59)
  /// Offsets that there can be, in seconds (RFC 8536, section 3.2): less than -25 or more than 26 hours is none.
  static let offsets: ClosedRange<Int64> = -90_000...93_600

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// The six counts of a header.
  struct Header {
    let version: UInt8
    let universals: Int
    let standards: Int
    let leaps: Int
    let times: Int
    let types: Int
    let characters: Int

    /// The bytes of the block behind it, with times of so many bytes.
    func length(ofTime size: Int) -> Int {
      times * (size + 1) + types * 6 + characters + leaps * (size + 4) + standards + universals
    }
  }

  mutating func header() throws(Refusal) -> Header {
    guard bytes.count - position >= 44, bytes[position..<position + 4].elementsEqual("TZif".utf8) else {
      throw Self.malformed
    }
    let version = bytes[position + 4]
    position += 20
    var counts: [Int] = []
    for _ in 0..<6 {
      let count = try integer(4)
      guard (0...100_000).contains(count) else { throw Self.malformed }
      counts.append(Int(count))
    }
    return Header(
      version: version == 0 ? 1 : version &- 48, universals: counts[0], standards: counts[1], leaps: counts[2],
      times: counts[3], types: counts[4], characters: counts[5])
  }

  mutating func skip(_ count: Int) throws(Refusal) {
    guard count >= 0, bytes.count - position >= count else { throw Self.malformed }
    position += count
  }

  /// A signed integer of 1, 4 or 8 bytes, the highest first.
  mutating func integer(_ size: Int) throws(Refusal) -> Int64 {
    guard bytes.count - position >= size else { throw Self.malformed }
    let value = bytes[position..<position + size].reduce(Int64(Int8(bitPattern: bytes[position]) >> 7)) {
      $0 << 8 | Int64($1)
    }
    position += size
    return value
  }

  /// The same within bounds.
  mutating func integer(_ size: Int, in range: ClosedRange<Int64>) throws(Refusal) -> Int64 {
    let value = try integer(size)
    guard range.contains(value) else { throw Self.malformed }
    return value
  }

  /// The text between the two line feeds at the end; nil when it is empty.
  mutating func footer() throws(Refusal) -> [UInt8]? {
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\n"),
      let end = bytes[(position + 1)...].firstIndex(of: UInt8(ascii: "\n"))
    else { throw Self.malformed }
    let text = Array(bytes[(position + 1)..<end])
    return text.isEmpty ? nil : text
  }
}
