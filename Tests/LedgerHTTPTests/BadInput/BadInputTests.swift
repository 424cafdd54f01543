import FedowProtocol
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Model
import TestKit
import Testing

@testable import LedgerHTTP

/// Every parameter of every route that the document describes (and so, of every route), with every bad value.
@Suite("Bad input", .serialized)
struct BadInputTests {
  private let document = APIDocument()

  /// Runs the requests, then holds the books: nothing was posted but the first blocks of the assets that were made.
  private func books(_ body: (HostileClient) async throws -> Int) async throws {
    nonisolated(unsafe) let body = body
    let stage = try await Stage()
    let (administration, store) = (stage.administration, stage.store)
    try await stage.app.test(.router) { http in
      let client = try await HostileClient(http, administration: administration)
      let before = try await LedgerAudit(store: store).run()
      let made = try await body(client)
      let after = try await LedgerAudit(store: store).run()
      #expect(after.breaks == [])
      #expect(after.transactions == before.transactions + made)
      let card = try await client.send(.get, "/card/68B87420/", access: .place, body: nil)
      let token = try JSON.parse(Array(buffer: card.body))["wallet"]?["tokens"]?.elements?.first
      #expect(token?["value"]?.int64 == 5000)
    }
  }

  /// A refusal: 4xx, JSON, its code in the header and, in an object, beside a sentence.
  private func isRefusal(_ response: TestResponse) throws -> Bool {
    guard (400..<500).contains(response.status.code), response.headers[.contentType] == "application/json",
      let code = response.headers[RefusalBody.header], !code.isEmpty
    else { return false }
    let body = try JSON.parse(Array(buffer: response.body))
    guard body.object != nil else { return body.text != nil || body.elements != nil }
    return body["code"]?.text == code && body["detail"]?.text?.isEmpty == false
  }

  // MARK: Bodies

  /// A value of the right shape, for a thing that is not there.
  private func plausible(_ schema: Schema, _ generator: inout SeededGenerator) -> String {
    if let choice = schema.choices.first { return "\"\(choice)\"" }
    if let inner = schema.alternatives.first { return plausible(inner, &generator) }
    switch (schema.format, schema.types.first) {
    case ("uuid", _):
      return "\"5877ee5d-42f5-443d-b6b7-\(Int.random(in: 100_000_000_000...999_999_999_999, using: &generator))\""
    case ("date-time", _): return "\"2026-01-01T00:00:00Z\""
    case (_, "integer"): return "1"
    case (_, "boolean"): return "false"
    case (_, "array"): return "[" + (schema.items.first.map { plausible($0, &generator) } ?? "") + "]"
    case (_, "object"): return object(schema, replacing: nil, &generator)
    case (_, "string"): return "\"\(Int.random(in: 10_000_000...99_999_999, using: &generator))\""
    default: return "{}"
    }
  }

  private func object(_ schema: Schema, replacing: (String, String?)?, _ generator: inout SeededGenerator) -> String {
    let fields = schema.properties.compactMap { property -> String? in
      if let replacing, replacing.0 == property.name { return replacing.1.map { "\"\(property.name)\": \($0)" } }
      return "\"\(property.name)\": \(plausible(property.schema, &generator))"
    }
    return "{" + fields.joined(separator: ", ") + "}"
  }

  /// Bodies with one field wrong: missing, or with each bad value.
  private func bodies(_ schema: Schema, _ generator: inout SeededGenerator) -> [String] {
    if let element = schema.items.first { return bodies(element, &generator).map { "[\($0)]" } }
    return schema.properties.flatMap { property in
      let inner =
        (property.schema.items.first ?? property.schema).properties.isEmpty
        ? [] : bodies(property.schema, &generator)
      let values: [String?] = [nil] + BadValue.json + inner
      return values.map { object(schema, replacing: (property.name, $0), &generator) }
    }
  }

  /// Whether the document lets this body through; whole numbers pass for text, as the real server takes them.
  private func isDescribed(_ operation: Operation, _ body: [UInt8]) -> Bool {
    guard let json = try? JSON.parse(body) else { return false }
    let texts = Self.withTexts(json)
    return [json, texts].contains {
      document.faults(method: operation.method.rawValue, path: operation.path, body: $0).isEmpty
    }
  }

  private static func withTexts(_ value: JSON) -> JSON {
    switch value {
    case .integer(let integer): JSON(integer.digits)
    case .array(let elements): .array(elements.map { withTexts($0) })
    case .object(let object): .object(JSONObject(object.entries.map { ($0.key.string ?? "", withTexts($0.value)) }))
    default: value
    }
  }

  @Test("every field of every body, with every bad value, is refused, and nothing is posted")
  func bodies() async throws {
    try await books { client in
      var generator = SeededGenerator(seed: 20_261_123)
      var madeAssets = 0
      for operation in Operation.all where operation.method == .post {
        guard let schema = operation.body else { continue }
        let bodies = self.bodies(schema, &generator).map { Array($0.utf8) } + BadValue.bodies
        for body in bodies {
          let path = operation.path.replacing("{uuid}", with: "x").replacing("{id}", with: "x")
          let response = try await client.send(.post, path, access: operation.access, body: body)
          let label = Comment(
            rawValue: "\(operation.id) \(response.status.code) \(String(decoding: body.prefix(300), as: UTF8.self))"
              + " \(String(buffer: response.body).prefix(200))")
          if response.status.code < 300 {
            #expect(isDescribed(operation, body), label)
            if operation.path.hasPrefix("/asset/"), response.status == .created { madeAssets += 1 }
          } else {
            #expect(try isRefusal(response), label)
          }
        }
      }
      return madeAssets
    }
  }

  @Test("a form that is none, or that says nothing good, is refused")
  func forms() async throws {
    let forms =
      [
        "", "=", "&&&", "a", "%", "%zz=1", "a=%FF%FE", "amount=-1", "amount=NaN&sender=x", "a=\u{0}", "+=+", "a=1&a=2",
        String(repeating: "a=1&", count: 5000), "[0]=1", "first_tag_id=%00&delete=maybe",
      ].map { Array($0.utf8) } + BadValue.bodies.filter { $0.count < 10_000 }
    try await books { client in
      for operation in Operation.all where operation.method == .post && operation.body?.types.isEmpty == false {
        for form in forms {
          let response = try await client.send(
            .post, operation.path, access: operation.access, body: form,
            changing: [.contentType: "application/x-www-form-urlencoded"])
          #expect(try isRefusal(response), "\(operation.id) \(String(decoding: form.prefix(80), as: UTF8.self))")
        }
      }
      return 0
    }
  }

  // MARK: Paths, queries and headers

  @Test("every part of every path and every query, with every bad value, is refused")
  func paths() async throws {
    try await books { client in
      for operation in Operation.all {
        for parameter in operation.parameters where parameter.place != .header {
          for value in BadValue.path {
            let isPath = parameter.place == .path
            let path = isPath ? operation.path.replacing("{\(parameter.name)}", with: value) : operation.path
            let response = try await client.send(
              operation.method, path + (isPath ? "" : "?\(parameter.name)=\(value)"), access: operation.access,
              body: operation.method == .post ? Array("{}".utf8) : nil)
            // Zeros are as good a number as any, and the first page is there even when it is empty.
            let isNumber = !isPath && Int64(value).map { $0 >= parameter.schema.minimum ?? 1 } == true
            #expect(try isNumber || isRefusal(response), "\(operation.id) \(value.prefix(80)) \(response.status)")
            #expect(response.status.code < 500, "\(operation.id) \(value.prefix(80))")
          }
        }
      }
      return 0
    }
  }

  @Test("whatever stands in the headers that prove who sends, nobody gets in without the proof")
  func authentication() async throws {
    try await books { client in
      for operation in Operation.all where operation.access != .open {
        let path = operation.path.replacing("{tag}", with: "68B87420").replacing("{uuid}", with: client.wallet.text)
          .replacing("{id}", with: client.wallet.text)
        let body: [UInt8]? = operation.method == .post ? Array(#"{"a": 1}"#.utf8) : nil
        for header in Set(Access.schemes.filter { operation.access.schemes.contains($0.name) }.map(\.header)) {
          for value in [nil] + BadValue.header {
            // An instant within the window is no bad date where the date is not signed.
            if header == "Date", body != nil || value == "2026-11-23T00:49:30" { continue }
            let response = try await client.send(
              operation.method, path, access: operation.access, body: body, changing: [Stage.name(header): value])
            let label = Comment(rawValue: "\(operation.id) \(header) \(value?.prefix(80) ?? "-") \(response.status)")
            #expect(try isRefusal(response), label)
            #expect(response.status == .forbidden, label)
          }
        }
      }
      return 0
    }
  }

  @Test("a method that a path has not is 405 with those it has; HEAD is GET without its body; an unknown path is 404")
  func methods() async throws {
    try await books { client in
      let post = try await client.send(.post, "/federation/nothing/", access: .open, body: [])
      #expect(post.status == .notFound)
      #expect(try isRefusal(post))
      let get = try await client.send(.get, "/card/badge/", access: .place, body: nil)
      #expect(get.status == .methodNotAllowed)
      #expect(get.headers[.allow] == "OPTIONS, POST")
      #expect(try isRefusal(get))
      let head = try await client.send(.head, "/helloworld/", access: .open, body: nil)
      #expect(head.status == .ok)
      #expect(head.body.readableBytes == 0)
      let badge = try await client.send(.head, "/wallet/\(client.wallet)/badge/", access: .keyAndWallet, body: nil)
      #expect(badge.status == .methodNotAllowed)
      let options = try await client.send(.options, "/transaction/", access: .open, body: nil)
      #expect(options.status == .noContent)
      #expect(options.headers[.allow]?.contains("POST") == true)
      for path in ["/nothing", "/nothing/", "/v1/nothing/", "/%00", "/card/68B87420/x/"] {
        for method in [HTTPRequest.Method.get, .post, .put, .delete, .patch] {
          let response = try await client.send(method, path, access: .open, body: nil)
          #expect(response.status == .notFound, "\(method) \(path)")
          #expect(try isRefusal(response), "\(method) \(path)")
        }
      }
      for path in ["/helloworld", "/helloworld/"] {
        #expect(try await client.send(.get, path, access: .open, body: nil).status == .ok)
      }
      return 0
    }
  }
}
