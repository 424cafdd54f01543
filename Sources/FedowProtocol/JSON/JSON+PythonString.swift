extension JSON {
  /// Python's `str()` of the value as `json.loads` gives it: what the chain hashes for metadata.
  ///
  /// A string is itself; a nested one is its `repr`.
  public var pythonString: String {
    if case .string(let text) = self { return text.string ?? text.pythonRepr }
    return pythonRepr
  }

  private var pythonRepr: String {
    switch self {
    case .null: "None"
    case .bool(let value): value ? "True" : "False"
    case .integer(let integer): integer.digits
    case .float(let value): PythonFloat.repr(value)
    case .string(let text): text.pythonRepr
    case .array(let elements): "[" + elements.map(\.pythonRepr).joined(separator: ", ") + "]"
    case .written(let written): JSON.object(written.object).pythonRepr
    case .object(let object):
      "{" + object.entries.map { $0.key.pythonRepr + ": " + $0.value.pythonRepr }.joined(separator: ", ") + "}"
    }
  }
}

extension JSONText {
  /// Python's `repr()` of a string: single quotes unless it has one and no double quote; what cannot be printed escaped.
  var pythonRepr: String {
    let points = codePoints
    let quote: Unicode.Scalar = points.contains(0x27) && !points.contains(0x22) ? "\"" : "'"
    var text = String(quote)
    for point in points {
      switch point {
      case quote.value, 0x5C: text += "\\" + String(Character(Unicode.Scalar(UInt8(point))))
      case 0x09: text += "\\t"
      case 0x0A: text += "\\n"
      case 0x0D: text += "\\r"
      default:
        if let scalar = Unicode.Scalar(point), scalar.isPrintableInPython {
          text.unicodeScalars.append(scalar)
        } else {
          text += Self.escape(point)
        }
      }
    }
    return text + String(quote)
  }

  private static func escape(_ point: UInt32) -> String {
    let (mark, width) = point < 0x100 ? ("x", 2) : point < 0x10000 ? ("u", 4) : ("U", 8)
    let digits = String(point, radix: 16)
    return "\\" + mark + String(repeating: "0", count: width - digits.utf8.count) + digits
  }
}

extension Unicode.Scalar {
  /// `str.isprintable`: not "Other" and not "Separator" by Unicode's general category, except the space.
  fileprivate var isPrintableInPython: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    case .spaceSeparator: self == " "
    default: true
    }
  }
}
