import FedowProtocol
import Foundation
import Model

/// Holds values against JSON Schema (2020-12): the keywords that our document uses; any other is a fault of the schema.
struct SchemaValidator {
  /// The document in which references are looked up.
  let document: JSON

  /// What is wrong with the value, each with its place; nothing when it fits.
  func faults(_ value: JSON, against schema: JSON, at place: String = "$") -> [String] {
    guard let keywords = schema.object else { return ["\(place): the schema is no object"] }
    return keywords.entries.flatMap { entry in
      faults(value, keyword: entry.key.string ?? "", entry.value, schema: schema, at: place)
    }
  }

  private func faults(_ value: JSON, keyword: String, _ rule: JSON, schema: JSON, at place: String) -> [String] {
    switch keyword {
    case "description": return []
    case "$ref":
      guard let target = resolve(rule.text ?? "") else { return ["\(place): \(rule.compact) leads nowhere"] }
      return faults(value, against: target, at: place)
    case "type":
      let allowed = rule.elements?.compactMap(\.text) ?? [rule.text ?? ""]
      return Self.types(of: value).isDisjoint(with: allowed) ? ["\(place): \(value.compact) is no \(allowed)"] : []
    case "enum": return rule.elements?.contains(value) == true ? [] : ["\(place): \(value.compact) is not in the enum"]
    case "const": return rule == value ? [] : ["\(place): \(value.compact) is not \(rule.compact)"]
    case "format", "pattern", "maxLength": return textFaults(value, keyword: keyword, rule, at: place)
    case "minimum":
      guard let number = value.int64, let minimum = rule.int64 else { return [] }
      return number >= minimum ? [] : ["\(place): \(number) is below \(minimum)"]
    case "maxItems":
      guard let elements = value.elements, let most = rule.int64 else { return [] }
      return elements.count <= most ? [] : ["\(place): more than \(most)"]
    case "items":
      return (value.elements ?? []).enumerated().flatMap { faults($1, against: rule, at: "\(place)[\($0)]") }
    case "properties", "required", "additionalProperties":
      return value.object.map { objectFaults($0, keyword: keyword, rule, schema: schema, at: place) } ?? []
    case "oneOf", "anyOf", "allOf": return combinationFaults(value, keyword: keyword, rule, at: place)
    default: return ["\(place): the validator knows no keyword \(keyword)"]
    }
  }

  private func textFaults(_ value: JSON, keyword: String, _ rule: JSON, at place: String) -> [String] {
    guard case .string(let text) = value else { return [] }
    let isGood =
      switch (keyword, rule.text) {
      case ("maxLength", _): text.string.map { $0.unicodeScalars.count <= rule.int64 ?? 0 } ?? false
      case ("format", "uuid"): text.string.flatMap { EntityID($0) } != nil
      case ("format", "date-time"): text.string.flatMap { LedgerTime.parse($0) } != nil
      case ("pattern", let pattern?):
        text.string.map { (try? Regex(pattern))?.firstMatchExists(in: $0) ?? false } ?? false
      default: false
      }
    return isGood ? [] : ["\(place): \(value.compact) is not of \(keyword) \(rule.compact)"]
  }

  private func objectFaults(
    _ object: JSONObject, keyword: String, _ rule: JSON, schema: JSON, at place: String
  ) -> [String] {
    switch keyword {
    case "required":
      return (rule.elements ?? []).compactMap(\.text).filter { object[$0] == nil }.map { "\(place): no \($0)" }
    case "properties":
      return (rule.object?.entries ?? []).flatMap { entry -> [String] in
        let name = entry.key.string ?? ""
        return object[name].map { faults($0, against: entry.value, at: "\(place).\(name)") } ?? []
      }
    default:
      let named = Set(schema["properties"]?.object?.keys ?? [])
      return object.entries.filter { !named.contains($0.key.string ?? "") }.flatMap { entry -> [String] in
        let name = entry.key.string ?? "?"
        guard rule != .bool(false) else { return ["\(place): \(name) is not in the schema"] }
        return rule.object == nil ? [] : faults(entry.value, against: rule, at: "\(place).\(name)")
      }
    }
  }

  private func combinationFaults(_ value: JSON, keyword: String, _ rule: JSON, at place: String) -> [String] {
    let results = (rule.elements ?? []).map { faults(value, against: $0, at: place) }
    let good = results.count(where: \.isEmpty)
    switch keyword {
    case "allOf": return results.flatMap(\.self)
    case "oneOf": return good == 1 ? [] : ["\(place): fits \(good) of oneOf"]
    default: return good > 0 ? [] : ["\(place): fits none of anyOf: \(results.map { $0.prefix(2) })"]
    }
  }

  /// What a reference within the document leads to.
  func resolve(_ reference: String) -> JSON? {
    guard reference.hasPrefix("#/") else { return nil }
    return reference.dropFirst(2).split(separator: "/").reduce(Optional(document)) { $0?[String($1)] }
  }

  private static func types(of value: JSON) -> Set<String> {
    switch value {
    case .null: ["null"]
    case .bool: ["boolean"]
    case .integer: ["integer", "number"]
    case .float: ["number"]
    case .string: ["string"]
    case .array: ["array"]
    case .object, .written: ["object"]
    }
  }
}

extension Regex {
  fileprivate func firstMatchExists(in text: String) -> Bool { (try? firstMatch(in: text)) != nil }
}
