import FedowProtocol
import Foundation
import Model
import Testing

/// One recorded exchange with a real server (`fedow-exchanges.jsonl`).
struct Recording: Sendable, CustomTestStringConvertible {
  let number: Int
  let name: String
  let method: String
  let path: String
  let headers: [String: String]
  let body: String?
  let status: Int
  let answer: String

  var testDescription: String { "#\(number) \(name)" }

  static func all() throws -> [Recording] {
    let file = try #require(
      Bundle.module.url(forResource: "fedow-exchanges", withExtension: "jsonl", subdirectory: "Vectors"))
    return try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).map { try Recording(JSON.parse(Array($0))) }
  }

  private init(_ json: JSON) throws {
    let request = try #require(json["request"])
    let response = try #require(json["response"])
    number = Int(try #require(json["n"]?.int64))
    name = try #require(json["name"]?.text)
    method = try #require(request["method"]?.text)
    path = try #require(request["path"]?.text)
    headers = Dictionary(
      (request["headers"]?.object?.entries ?? []).compactMap { entry in
        entry.key.string.flatMap { key in entry.value.text.map { (key, $0) } }
      }, uniquingKeysWith: { _, last in last })
    body = request["body"]?.text
    status = Int(try #require(response["status"]?.int64))
    answer = response["body"]?.text ?? ""
  }
}
