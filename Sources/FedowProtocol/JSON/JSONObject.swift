/// A JSON object with its keys in the order in which they first came.
public struct JSONObject: Sendable {
  /// Keys and values in order.
  public private(set) var entries: [Entry]
  /// Where each key is, once there are so many that looking through all of them would cost more.
  private var positions: [JSONText: Int]?

  /// So many keys are looked through one by one.
  private static let scanLimit = 24

  /// One key with its value.
  public struct Entry: Hashable, Sendable {
    /// The key.
    public let key: JSONText
    /// Its value.
    public fileprivate(set) var value: JSON
  }

  /// An empty object.
  public init() { entries = [] }

  /// An object of these entries.
  public init(_ entries: [(String, JSON)]) {
    self.init()
    self.entries.reserveCapacity(entries.count)
    for (key, value) in entries { set(JSONText(key), to: value) }
  }

  /// An object of entries whose keys are known to differ, as those of a literal are.
  init(distinct entries: [(String, JSON)]) {
    self.entries = entries.map { Entry(key: JSONText($0.0), value: $0.1) }
    assert(Set(self.entries.map(\.key)).count == entries.count, "a key comes twice")
    if entries.count > Self.scanLimit { indexKeys() }
  }

  /// The value of a key; setting a known key keeps its place, setting nil removes it.
  public subscript(key: String) -> JSON? {
    get { position(of: JSONText(key)).map { entries[$0].value } }
    set {
      if let newValue {
        set(JSONText(key), to: newValue)
      } else if let position = position(of: JSONText(key)) {
        entries.remove(at: position)
        if positions != nil { indexKeys() }
      }
    }
  }

  /// The keys in order, those that are valid Unicode.
  public var keys: [String] { entries.compactMap(\.key.string) }

  /// Gives a key its value. As in a Python dict, the last value wins and the first position stays.
  mutating func set(_ key: JSONText, to value: JSON) {
    if let position = position(of: key) {
      entries[position].value = value
    } else {
      positions?[key] = entries.count
      entries.append(Entry(key: key, value: value))
      if positions == nil, entries.count > Self.scanLimit { indexKeys() }
    }
  }

  private func position(of key: JSONText) -> Int? {
    if let positions { return positions[key] }
    return entries.firstIndex { $0.key == key }
  }

  private mutating func indexKeys() {
    positions = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.key, $0) })
  }
}

/// The entries alone: how they are found again is no part of the value.
extension JSONObject: Hashable {
  /// Whether both have the same keys and values in the same order.
  public static func == (left: JSONObject, right: JSONObject) -> Bool { left.entries == right.entries }

  /// Hashes keys and values in their order.
  public func hash(into hasher: inout Hasher) { hasher.combine(entries) }
}
