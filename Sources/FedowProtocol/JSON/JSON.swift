/// A JSON value that forgets nothing of what Python's `json` module would keep.
///
/// Signatures are made over the body as the server dumps it again, so the order of keys, integers of any size, the
/// difference between `1` and `1.0`, and lone surrogates must survive reading and writing.
public enum JSON: Sendable {
  case null
  case bool(Bool)
  case integer(JSONInteger)
  case float(Double)
  case string(JSONText)
  case array([JSON])
  case object(JSONObject)
  /// A part that goes into many answers as it is, written once.
  case written(WrittenJSON)

  /// A string.
  public init(_ text: String) { self = .string(JSONText(text)) }

  /// A string, or null.
  public init(_ text: String?) { self = text.map { .string(JSONText($0)) } ?? .null }

  /// An integer.
  public init(_ value: Int64) { self = .integer(JSONInteger(value)) }

  /// The value of this key when this is an object that has it.
  public subscript(key: String) -> JSON? { object?[key] }

  /// The object, when this is one.
  public var object: JSONObject? {
    switch self {
    case .object(let object): object
    case .written(let written): written.object
    default: nil
    }
  }

  /// The same object, written once for all the answers that it will be part of.
  public var written: JSON {
    if case .object(let object) = self { .written(WrittenJSON(object)) } else { self }
  }

  /// The elements, when this is an array.
  public var elements: [JSON]? { if case .array(let elements) = self { elements } else { nil } }

  /// The text, when this is a string that is valid Unicode.
  public var text: String? { if case .string(let text) = self { text.string } else { nil } }

  /// The integer, when this is one and it fits.
  public var int64: Int64? { if case .integer(let integer) = self { integer.int64 } else { nil } }

  /// The truth value, when this is one.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// Whether this is null.
  public var isNull: Bool { if case .null = self { true } else { false } }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// Null.
  public init(nilLiteral: ()) { self = .null }
  /// A truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// An integer.
  public init(integerLiteral value: Int64) { self.init(value) }
  /// A float.
  public init(floatLiteral value: Double) { self = .float(value) }
  /// A string.
  public init(stringLiteral value: String) { self.init(value) }
  /// An array.
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  /// An object with its keys in this order.
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(JSONObject(distinct: elements))
  }
}
