import Model
import TOMLKit

/// A table of the configuration: gives values by key, and knows which keys nobody asked for.
struct ConfigurationSection {
  private let table: TOMLTable
  /// TOMLKit's inner tables point into the outermost one and do not keep it alive.
  private let root: TOMLTable
  private let name: String?
  private var known: Set<String> = []

  init(_ root: TOMLTable) { self.init(root, root: root, name: nil) }

  private init(_ table: TOMLTable, root: TOMLTable, name: String?) {
    self.table = table
    self.root = root
    self.name = name
  }

  mutating func text(_ key: String) throws(Refusal) -> String? {
    guard let value = value(key) else { return nil }
    guard value.type == .string, let text = value.string else { throw wrong(key, "a text in quotes") }
    return text
  }

  mutating func choice(_ key: String, of words: [String]) throws(Refusal) -> String? {
    guard let word = try text(key) else { return nil }
    guard words.contains(word) else { throw wrong(key, "one of " + words.joined(separator: ", ")) }
    return word
  }

  mutating func number(_ key: String, in range: ClosedRange<Int>) throws(Refusal) -> Int? {
    guard let value = value(key) else { return nil }
    guard value.type == .int, let number = value.int, range.contains(number) else {
      throw wrong(key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  mutating func truth(_ key: String) throws(Refusal) -> Bool? {
    guard let value = value(key) else { return nil }
    guard value.type == .bool, let truth = value.bool else { throw wrong(key, "true or false") }
    return truth
  }

  mutating func texts(_ key: String) throws(Refusal) -> [String]? {
    guard let value = value(key) else { return nil }
    guard value.type == .array, let array = value.array else { throw wrong(key, "a list of texts") }
    var texts: [String] = []
    for element in array {
      guard element.type == .string, let text = element.string else { throw wrong(key, "a list of texts") }
      texts.append(text)
    }
    return texts
  }

  mutating func section(_ key: String) throws(Refusal) -> ConfigurationSection? {
    guard let value = value(key) else { return nil }
    guard value.type == .table, let inner = value.table else { throw wrong(key, "a section, [\(key)]") }
    return ConfigurationSection(inner, root: root, name: key)
  }

  /// Fails on a key that nobody asked for: a misspelt key would otherwise be a setting that silently does nothing.
  func finish() throws(Refusal) {
    if let unknown = table.keys.sorted().first(where: { !known.contains($0) }) {
      throw Refusal(.configurationInvalid, "There is no key \(path(unknown)). config/tapd.toml shows all of them.")
    }
  }

  private mutating func value(_ key: String) -> (any TOMLValueConvertible)? {
    known.insert(key)
    return table[key]
  }

  private func path(_ key: String) -> String { name.map { "\($0).\(key)" } ?? key }

  private func wrong(_ key: String, _ wanted: String) -> Refusal {
    Refusal(.configurationInvalid, "\(path(key)) must be \(wanted).")
  }
}
