/// A JSON object with its keys in the order in which they first came.
public struct JSONObject: Hashable, Sendable {
  /// Keys and values in order.
  public private(set) var entries: [Entry]
  private var positions: [JSONText: Int]

  /// One key with its value.
  public struct Entry: Hashable, Sendable {
    /// The key.
    public let key: JSONText
    /// Its value.
    public fileprivate(set) var value: JSON
  }

  /// An empty object.
  public init() {
    entries = []
    positions = [:]
  }

  /// An object of these entries.
  public init(_ entries: [(String, JSON)]) {
    self.init()
    for (key, value) in entries { set(JSONText(key), to: value) }
  }

  /// The value of a key; setting a known key keeps its place, setting nil removes it.
  public subscript(key: String) -> JSON? {
    get { positions[JSONText(key)].map { entries[$0].value } }
    set {
      if let newValue {
        set(JSONText(key), to: newValue)
      } else if let position = positions[JSONText(key)] {
        entries.remove(at: position)
        positions = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.key, $0) })
      }
    }
  }

  /// The keys in order, those that are valid Unicode.
  public var keys: [String] { entries.compactMap(\.key.string) }

  /// Gives a key its value. As in a Python dict, the last value wins and the first position stays.
  mutating func set(_ key: JSONText, to value: JSON) {
    if let position = positions[key] {
      entries[position].value = value
    } else {
      positions[key] = entries.count
      entries.append(Entry(key: key, value: value))
    }
  }
}
