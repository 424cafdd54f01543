/// A request or an answer of HTTP/1.1, as it was on the wire and as far as its borders have to be understood.
public struct HTTPMessage: Sendable, Hashable {
  /// Start line and headers, with the empty line after them.
  public let head: [UInt8]
  /// What follows, with the chunks' own lines where it was chunked.
  public var rawBody: [UInt8] = []
  /// What was sent, without them.
  public var body: [UInt8] = []

  init(head: [UInt8]) { self.head = head }

  /// A request without headers and body.
  public init(method: String, path: String) { self.init(head: Array("\(method) \(path) HTTP/1.1\r\n\r\n".utf8)) }

  /// The whole of it.
  public var bytes: [UInt8] { head + rawBody }

  private var lines: [Substring] {
    String(decoding: head, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: true)
  }

  /// The words of the first line: method, path and version; or version, status and reason.
  public var startLine: [String] {
    (lines.first ?? "").split(separator: " ", maxSplits: 2).map { String($0) }
  }

  /// A request's method.
  public var method: String { startLine.first ?? "" }

  /// A request's path, with its query.
  public var path: String { startLine.count > 1 ? startLine[1] : "" }

  /// A header's value; nil without one.
  public func header(_ name: String) -> String? {
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].lowercased() == name.lowercased() else { continue }
      return String(parts[1].drop { $0 == " " })
    }
    return nil
  }

  /// How its end is known.
  enum Border: Hashable {
    case length(Int)
    case chunks
    case end
  }

  /// - Parameter method: of the request that this answers; nil when it is a request itself.
  func border(answering method: String?) -> Border {
    if let method {
      let status = startLine.count > 1 ? Int(startLine[1]) ?? 0 : 0
      if method == "HEAD" || status == 204 || status == 304 || (100...199).contains(status) { return .length(0) }
    }
    if header("Transfer-Encoding")?.lowercased().contains("chunked") == true { return .chunks }
    if let length = header("Content-Length").flatMap({ Int($0) }), length >= 0 { return .length(length) }
    return method == nil ? .length(0) : .end
  }
}
