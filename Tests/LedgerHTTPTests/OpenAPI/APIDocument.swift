import FedowProtocol
import Foundation

@testable import LedgerHTTP

/// The document, asked about exchanges.
struct APIDocument {
  let json = OpenAPIDocument.json
  var validator: SchemaValidator { SchemaValidator(document: json) }

  /// The operation of a request's path; a path without parameters goes before one with them.
  func operation(method: String, path: String) -> JSON? {
    let path = path.split(separator: "?").first.map { String($0) } ?? path
    let parts = path.split(separator: "/")
    let fitting = (json["paths"]?.object?.keys ?? []).filter { template in
      let names = template.split(separator: "/")
      return names.count == parts.count && zip(names, parts).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
    }
    let best = fitting.min { $0.count { $0 == "{" } < $1.count { $0 == "{" } }
    return best.flatMap { json["paths"]?[$0]?[method.lowercased()] }
  }

  /// What is wrong with an answer; of a page for people only that its status must be described.
  func faults(method: String, path: String, status: Int, answer: [UInt8]) throws -> [String] {
    guard let operation = operation(method: method, path: path) else { return ["\(method) \(path) is not described"] }
    guard var response = operation["responses"]?[String(status)] else { return ["status \(status) is not described"] }
    if let reference = response["$ref"]?.text { response = validator.resolve(reference) ?? .null }
    guard let content = response["content"] else { return ["no content"] }
    guard let schema = content["application/json"]?["schema"] else { return [] }
    return validator.faults(try JSON.parse(answer), against: schema)
  }

  /// What is wrong with a request's body.
  func faults(method: String, path: String, body: JSON) -> [String] {
    guard let operation = operation(method: method, path: path) else { return ["\(method) \(path) is not described"] }
    guard let schema = operation["requestBody"]?["content"]?["application/json"]?["schema"] else { return ["no body"] }
    return validator.faults(body, against: schema)
  }
}
