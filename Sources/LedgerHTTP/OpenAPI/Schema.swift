import FedowProtocol
import Model

/// The shape of a JSON value, as JSON Schema 2020-12 (the dialect of OpenAPI 3.1) describes it.
///
/// Only what this API needs of it: a keyword that is not here is one that its tests could not check either.
struct Schema: Sendable {
  var types: [String] = []
  var text = ""
  var format: String?
  var pattern: String?
  var choices: [String] = []
  var minimum: Int64?
  var maxLength: Int?
  var maxItems: Int?
  /// What each element is; one schema, or none.
  var items: [Schema] = []
  var properties: [Property] = []
  /// What a property that is not named is; one schema, or none.
  var otherProperties: [Schema] = []
  /// The name of the component this is; then nothing else counts but the text.
  var component: String?
  var alternatives: [Schema] = []

  /// A field of an object.
  struct Property: Sendable {
    let name: String
    let schema: Schema
    let isRequired: Bool
  }
}

extension Schema {
  static func text(_ text: String, atMost length: Int? = nil, pattern: String? = nil) -> Schema {
    Schema(types: ["string"], text: text, pattern: pattern, maxLength: length)
  }

  static func uuid(_ text: String) -> Schema { Schema(types: ["string"], text: text, format: "uuid") }

  static func instant(_ text: String) -> Schema { Schema(types: ["string"], text: text, format: "date-time") }

  static func integer(_ text: String, from minimum: Int64? = nil) -> Schema {
    Schema(types: ["integer"], text: text, minimum: minimum)
  }

  /// A sum of money in a request: tills send it as a number, some as a string of digits.
  static func amount(_ text: String = "Minor units: 350 is 3.50.") -> Schema {
    Schema(types: ["integer", "string"], text: text, pattern: "^[0-9]+$", minimum: 0)
  }

  static func flag(_ text: String) -> Schema { Schema(types: ["boolean"], text: text) }

  static func choice(_ choices: [String], _ text: String) -> Schema {
    Schema(types: ["string"], text: text, choices: choices)
  }

  static func list(of element: Schema, _ text: String = "", atMost count: Int? = nil) -> Schema {
    Schema(types: ["array"], text: text, maxItems: count, items: [element])
  }

  static func object(_ properties: [Property], _ text: String = "") -> Schema {
    Schema(types: ["object"], text: text, properties: properties)
  }

  /// An object of whatever names, each of them such a value.
  static func map(of value: Schema, _ text: String) -> Schema {
    Schema(types: ["object"], text: text, otherProperties: [value])
  }

  static func named(_ component: String, _ text: String = "") -> Schema { Schema(text: text, component: component) }

  static func either(_ alternatives: [Schema], _ text: String = "") -> Schema {
    Schema(text: text, alternatives: alternatives)
  }

  /// Anything at all.
  static func anything(_ text: String) -> Schema { Schema(text: text) }

  /// This or null.
  var orNull: Schema {
    guard component == nil, alternatives.isEmpty else {
      var inner = self
      inner.text = ""
      return .either([inner, Schema(types: ["null"])], text)
    }
    var schema = self
    schema.types.append("null")
    return schema
  }
}

extension Schema.Property {
  /// A field that is always there.
  static func field(_ name: String, _ schema: Schema) -> Schema.Property {
    Schema.Property(name: name, schema: schema, isRequired: true)
  }

  /// A field that may be missing.
  static func optional(_ name: String, _ schema: Schema) -> Schema.Property {
    Schema.Property(name: name, schema: schema, isRequired: false)
  }
}
