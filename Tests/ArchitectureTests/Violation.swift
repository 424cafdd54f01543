/// Something that the design forbids, and where it is.
struct Violation: Hashable, CustomStringConvertible {
  let path: String
  let line: Int
  let rule: Rule
  let detail: String

  enum Rule: String, Hashable {
    case importNotAllowed = "import not in the design's table"
    case unknownTarget = "target not in the design's table"
    case impureRule = "Rules has no clock, no chance, no concurrency"
    case longFile = "file over 400 lines"
    case longFunction = "function over 70 lines"
    case forcedTry = "try!"
    case trap = "fatalError"
    case blockingSleep = "a thread put to sleep"
    case uncheckedSendable = "@unchecked Sendable without its reason"
  }

  var description: String { "\(path):\(line): \(rule.rawValue): \(detail)" }
}
