import FedowProtocol
import Model
import Signing
import TestKit

/// What a name in the recordings is called in our replay: uuids, hashes and keys are others, the rest is the same.
struct Translation {
  /// Recorded uuids and hashes, and ours.
  private(set) var names: [String: String] = [:]
  /// Our key in the place of each recorded public key.
  private var keys: [String: RSAPrivateKey] = [:]

  mutating func learn(_ recorded: String, is ours: String) { names[recorded] = ours }

  /// The key that plays a recorded one.
  mutating func key(for pem: String) throws -> RSAPrivateKey {
    if let key = keys[pem] { return key }
    let key = try TestKeys.till(keys.count)
    keys[pem] = key
    return key
  }

  /// A request's value with our names in it.
  mutating func translate(_ value: JSON) throws -> JSON {
    switch value {
    case .string:
      guard let text = value.text else { return value }
      if text.hasPrefix("-----BEGIN PUBLIC KEY-----") { return JSON(try key(for: text).publicKey.pem) }
      return JSON(translate(text))
    case .array(let elements): return .array(try elements.map { try translate($0) })
    case .object(let object):
      return .object(JSONObject(try object.entries.map { ($0.key.string ?? "", try translate($0.value)) }))
    default: return value
    }
  }

  /// A text with each recorded name in it replaced.
  func translate(_ text: String) -> String {
    if let name = names[text] { return name }
    return text.split(separator: "/", omittingEmptySubsequences: false).map { names[String($0)] ?? String($0) }
      .joined(separator: "/")
  }

  /// What differs between a recorded answer and ours, learning the names that come new.
  mutating func differences(_ recorded: JSON, _ ours: JSON, at path: String = "") -> [String] {
    switch (recorded, ours) {
    case (.object(let recorded), .object(let ours)):
      guard recorded.keys == ours.keys else { return ["\(path): keys \(recorded.keys) became \(ours.keys)"] }
      return zip(recorded.entries, ours.entries).flatMap {
        differences($0.value, $1.value, at: "\(path).\($0.key.string ?? "")")
      }
    case (.array(let recorded), .array(let ours)):
      guard recorded.count == ours.count else { return ["\(path): \(recorded.count) became \(ours.count)"] }
      if recorded.allSatisfy({ $0.text != nil }) {
        // A set of uuids; the real server gives it in any order.
        let expected = Set(recorded.compactMap { $0.text.map { translate($0) } })
        return expected == Set(ours.compactMap(\.text)) ? [] : ["\(path): \(expected) became \(ours)"]
      }
      // The real server lists in any order; ours is by age. By name both are the same.
      return zip(sorted(recorded), sorted(ours)).enumerated().flatMap {
        differences($1.0, $1.1, at: "\(path)[\($0)]")
      }
    case (.string, .string):
      return textDifferences(recorded.text ?? "", ours.text ?? "", at: path)
    default: return recorded == ours ? [] : ["\(path): \(recorded.compact) became \(ours.compact)"]
    }
  }

  /// Secrets and keys are each server's own; what both must have is the form.
  private static let secrets: [String: @Sendable (String) -> Bool] = [
    ".api_key": { APIKey($0) != nil }, ".key": { APIKey($0) != nil },
    ".fedow_pub_pem": { (try? RSAPublicKey(pem: $0))?.bits == 2048 },
    ".rsa_cypher_message": { Base64URL.decode($0)?.count == 256 },
  ]

  private func sorted(_ elements: [JSON]) -> [JSON] {
    elements.sorted { ($0["name"]?.text ?? "") < ($1["name"]?.text ?? "") }
  }

  private mutating func textDifferences(_ recorded: String, _ ours: String, at path: String) -> [String] {
    let difference = ["\(path): '\(recorded)' became '\(ours)'"]
    if let known = names[recorded] { return known == ours ? [] : difference }
    if EntityID(recorded) != nil {
      guard EntityID(ours) != nil else { return difference }
      names[recorded] = ours
      return []
    }
    if recorded.utf8.count == 64, Hexadecimal.decode(recorded) != nil {
      guard ours.utf8.count == 64 else { return difference }
      names[recorded] = ours
      return []
    }
    if let secret = Self.secrets.first(where: { path.hasSuffix($0.key) })?.value {
      return secret(recorded) && secret(ours) ? [] : difference
    }
    // What was stamped while recording; a date that the client gave must come back as it is.
    if recorded.hasPrefix("2026-11-23T00:49:") { return LedgerTime.parse(ours) == nil ? difference : [] }
    if path.hasSuffix("_name"), recorded.utf8.count == 8, Hexadecimal.decode(recorded) != nil {
      return ours.utf8.count == 8 ? [] : difference
    }
    // A link to another page carries the server's own address.
    if recorded.hasPrefix("http://127.0.0.1:18000/") {
      return ours.hasSuffix(recorded.dropFirst("http://127.0.0.1:18000".count)) ? [] : difference
    }
    // JSON within a string, as one call answers.
    if let recorded = try? JSON.parse(recorded), recorded.object != nil, let ours = try? JSON.parse(ours) {
      return differences(recorded, ours, at: path + "(parsed)")
    }
    return recorded == ours ? [] : difference
  }
}
