/// An object as its compact text: what stands unchanged in answer after answer, or is written straight from its fields.
public struct WrittenJSON: Sendable {
  let bytes: [UInt8]

  /// Writes the object.
  public init(_ object: JSONObject) { bytes = JSON.object(object).compactBytes }

  /// - Parameter bytes: an object, written by `ObjectWriter`.
  init(bytes: [UInt8]) { self.bytes = bytes }

  /// What is written, read again: for the few who look into it.
  public var object: JSONObject { (try? JSON.parse(bytes))?.object ?? JSONObject() }
}

/// An object is the same whether it is written already or not.
extension JSON: Hashable {
  /// Whether both say the same.
  public static func == (left: JSON, right: JSON) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.integer(let left), .integer(let right)): left == right
    case (.float(let left), .float(let right)): left == right
    case (.string(let left), .string(let right)): left == right
    case (.array(let left), .array(let right)): left == right
    default: if let left = left.object, let right = right.object { left == right } else { false }
    }
  }

  /// Hashes what it says.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let value): hasher.combine(value)
    case .integer(let value): hasher.combine(value)
    case .float(let value): hasher.combine(value)
    case .string(let value): hasher.combine(value)
    case .array(let value): hasher.combine(value)
    case .object, .written: hasher.combine(object)
    }
  }
}
