import FedowProtocol
import Model

/// Reads the fields of a native call's body; the first that is wrong is named.
struct NativeBody {
  let json: JSON

  /// - Throws: `Refusal` with `request_malformed` when it is not an object.
  init(_ json: JSON) throws(Refusal) {
    guard json.object != nil else { throw Refusal(.requestMalformed, "The body is a JSON object.") }
    self.json = json
  }

  /// A field that is there and not null.
  func value(_ field: String) -> JSON? {
    guard let value = json[field], !value.isNull else { return nil }
    return value
  }

  /// Text of 1 to so many characters.
  func text(_ field: String, atMost length: Int) throws(Refusal) -> String {
    guard let text = try optionalText(field, atMost: length), !text.isEmpty else {
      throw Refusal(.requestMalformed, "\(field) is text of 1 to \(length) characters.")
    }
    return text
  }

  /// Text of at most so many characters, or nil.
  func optionalText(_ field: String, atMost length: Int) throws(Refusal) -> String? {
    guard let value = value(field) else { return nil }
    guard let text = value.text, text.unicodeScalars.count <= length, !text.unicodeScalars.contains("\u{0}") else {
      throw Refusal(.requestMalformed, "\(field) is text of at most \(length) characters, or null.")
    }
    return text
  }

  /// A uuid, or nil.
  func id(_ field: String) throws(Refusal) -> EntityID? {
    guard let value = value(field) else { return nil }
    guard let id = value.text.flatMap({ EntityID($0) }) else {
      throw Refusal(.requestMalformed, "\(field) is a uuid.")
    }
    return id
  }

  /// A uuid that must be there.
  func requiredID(_ field: String) throws(Refusal) -> EntityID {
    guard let id = try id(field) else { throw Refusal(.requestMalformed, "\(field) (uuid) is missing.") }
    return id
  }

  /// An instant in ISO 8601, or nil.
  func time(_ field: String) throws(Refusal) -> LedgerTime? {
    guard let value = value(field) else { return nil }
    guard let time = value.text.flatMap({ LedgerTime.parse($0) }) else {
      throw Refusal(.requestMalformed, "\(field) is an instant like 2026-01-31T12:00:00Z.")
    }
    return time
  }

  /// A truth value, or nil.
  func flag(_ field: String) throws(Refusal) -> Bool? {
    guard let value = value(field) else { return nil }
    guard let flag = value.bool else { throw Refusal(.requestMalformed, "\(field) is true or false.") }
    return flag
  }

  /// Minor units above 0, or nil.
  func limit(_ field: String) throws(Refusal) -> Int64? {
    guard let value = value(field) else { return nil }
    guard let limit = value.int64, limit > 0 else {
      throw Refusal(.amountInvalid, "\(field) is a whole number of minor units above 0, or null for no limit.")
    }
    return limit
  }
}
