import FedowProtocol
import Foundation
import Hummingbird
import HummingbirdTesting
import Model
import Signing
import Testing

@testable import LedgerHTTP

@Suite("The API's document")
struct OpenAPITests {
  let document = APIDocument()

  static let checkedIn = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../docs/openapi.json").standardizedFileURL

  private var operations: [(path: String, method: String, json: JSON)] {
    (document.json["paths"]?.object?.entries ?? []).flatMap { path in
      (path.value.object?.entries ?? []).map { (path.key.string ?? "", $0.key.string ?? "", $0.value) }
    }
  }

  @Test("what is checked in is what the sources say")
  func checkedIn() throws {
    let text = try String(contentsOf: Self.checkedIn, encoding: .utf8)
    #expect(text == OpenAPIDocument.text, "Run: swift run ledgerd openapi > docs/openapi.json")
    #expect(try JSON.parse(text) == OpenAPIDocument.json)
  }

  @Test("every route is described, and everything described is a route")
  func routes() async throws {
    let routes = Set(try await Stage().api.routes().routes.map { "\($0.method) \($0.path)" })
    let described = Operation.all.map { "\($0.method) \($0.route)" }
    #expect(Set(described).count == described.count)
    #expect(routes.subtracting(described) == [], "describe these in Sources/LedgerHTTP/OpenAPI")
    #expect(Set(described).subtracting(routes) == [])
  }

  @Test("each recorded exchange fits: the body of what was done, and every answer")
  func recordings() throws {
    for recording in try Recording.all() {
      let label = Comment(rawValue: recording.testDescription)
      guard document.operation(method: recording.method, path: recording.path) != nil else {
        // Nobody is told of a method or a path that there is not.
        #expect([403, 404].contains(recording.status), label)
        continue
      }
      if Deviation.table[recording.number] == nil, !recording.isTruncated {
        let faults = try document.faults(
          method: recording.method, path: recording.path, status: recording.status,
          answer: Array(recording.answer.utf8))
        #expect(faults == [], label)
      }
      guard recording.status < 400, let body = recording.body else { continue }
      let bytes = Array(body.utf8)
      let json = try body.hasPrefix("fedow_place") ? FormBody.parse(bytes) : JSON.parse(bytes)
      #expect(document.faults(method: recording.method, path: recording.path, body: json) == [], label)
    }
  }

  @Test("the document keeps OpenAPI's own rules")
  func rules() throws {
    #expect(document.json["openapi"]?.text == "3.1.0")
    let ids = operations.compactMap { $0.json["operationId"]?.text }
    #expect(Set(ids).count == operations.count)
    let schemes = Set(document.json["components"]?["securitySchemes"]?.object?.keys ?? [])
    let tags = Set((document.json["tags"]?.elements ?? []).compactMap { $0["name"]?.text })
    for (path, method, operation) in operations {
      let label = Comment(rawValue: "\(method) \(path)")
      let named = Set(path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) })
      let parameters = operation["parameters"]?.elements ?? []
      let inPath = parameters.filter { $0["in"]?.text == "path" }
      #expect(Set(inPath.compactMap { $0["name"]?.text }) == named, label)
      #expect(inPath.allSatisfy { $0["required"]?.bool == true }, label)
      #expect(Set(parameters.map(\.compact)).count == parameters.count, label)
      #expect(operation["summary"]?.text?.isEmpty == false, label)
      let responses = operation["responses"]?.object?.entries ?? []
      #expect(responses.contains { $0.key.string?.hasPrefix("2") == true }, label)
      #expect(responses.contains { $0.key.string?.hasPrefix("4") == true }, label)
      #expect(
        responses.allSatisfy { $0.value["$ref"] != nil || $0.value["description"]?.text?.isEmpty == false }, label)
      let used = (operation["security"]?.elements ?? []).flatMap { $0.object?.keys ?? [] }
      #expect(Set(used).isSubset(of: schemes), label)
      #expect(tags.isSuperset(of: (operation["tags"]?.elements ?? []).compactMap(\.text)), label)
    }
    #expect(Self.references(in: document.json).filter { document.validator.resolve($0) == nil } == [])
  }

  private static func references(in value: JSON) -> [String] {
    if let elements = value.elements { return elements.flatMap { references(in: $0) } }
    return (value.object?.entries ?? []).flatMap { entry in
      (entry.key.string == "$ref" ? [entry.value.text ?? ""] : []) + references(in: entry.value)
    }
  }

  @Test(
    "the validator refuses what does not fit",
    arguments: [
      (#"{"type": ["integer", "null"]}"#, "1.0"), (#"{"format": "uuid"}"#, #""x""#), (#"{"minimum": 0}"#, "-1"),
      (#"{"maxLength": 2}"#, #""éàü""#), (#"{"required": ["a"]}"#, "{}"), (#"{"enum": ["a"]}"#, #""b""#),
      (#"{"const": 1}"#, "2"), (#"{"items": {"type": "string"}}"#, #"["a", 1]"#), (#"{"pattern": "^a$"}"#, #""b""#),
      (#"{"properties": {"a": {"type": "null"}}}"#, #"{"a": 1}"#), (#"{"additionalProperties": false}"#, #"{"a": 1}"#),
      (#"{"oneOf": [{}, {}]}"#, "1"), (#"{"anyOf": [{"type": "null"}]}"#, "1"),
      (#"{"allOf": [{}, {"const": 2}]}"#, "1"),
      (#"{"format": "date-time"}"#, #""today""#), (#"{"maxItems": 1}"#, "[1, 2]"), (##"{"$ref": "#/nothing"}"##, "1"),
      (#"{"unheardOf": 1}"#, "1"),
    ])
  func validator(schema: String, value: String) throws {
    #expect(!SchemaValidator(document: .null).faults(try JSON.parse(value), against: try JSON.parse(schema)).isEmpty)
  }

  @Test("the document and the page are served, and the page may load nothing")
  func served() async throws {
    try await Stage().app.test(.router) { client in
      let json = try await client.execute(uri: "/openapi.json", method: .get)
      #expect(json.status == .ok)
      #expect(json.headers[.contentType] == "application/json")
      #expect(String(buffer: json.body) == OpenAPIDocument.text)
      for path in ["/docs", "/docs/"] {
        let page = try await client.execute(uri: path, method: .get)
        #expect(page.status == .ok)
        let policy = try #require(page.headers[.contentSecurityPolicy])
        #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
        let html = String(buffer: page.body)
        for forbidden in ["http://", "https://", "<script", "<img", "style=\"", "@import", "url("] {
          #expect(!html.contains(forbidden), "\(forbidden)")
        }
        for operation in Operation.all { #expect(html.contains("id=\"\(operation.id)\"")) }
        for (name, _) in Schema.components { #expect(html.contains("id=\"schema-\(name)\"")) }
        for code in Refusal.Code.ofLedger { #expect(html.contains("<code>\(code.rawValue)</code>")) }
      }
    }
  }

  @Test("the page's worked example is right")
  func example() throws {
    let body = try JSON.parse(DocumentationPage.dumped)
    #expect(body.pythonDump() == DocumentationPage.dumped)
    #expect(String(decoding: SignedMessage.post(body), as: UTF8.self) == DocumentationPage.encoded)
  }
}
