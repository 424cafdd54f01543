import FedowProtocol
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Logging
import Model
import Testing

@testable import LedgerHTTP

@Suite("Proof of authority over HTTP", .serialized)
struct AuthorityHTTPTests {
  private func ask(_ client: HostileClient, _ path: String) async throws -> JSON {
    let response = try await client.send(.get, path, access: .open, body: nil)
    let bytes = Array(buffer: response.body)
    let faults = try APIDocument().faults(
      method: "GET", path: path, status: Int(response.status.code), answer: bytes)
    #expect(faults == [], "\(path)")
    #expect(response.status == .ok)
    return try JSON.parse(bytes)
  }

  /// The verifier that an outsider has, with the openssl of this machine.
  private func check(_ proof: JSON, _ fingerprint: String, in stage: Stage) throws -> (status: Int32, said: String) {
    let file = stage.directory.appending(path: "proof-\(EntityID.random()).json")
    try Data(proof.compact.utf8).write(to: file)
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/check_proof.py")
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", script.path, file.path, fingerprint]
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, said)
  }

  private func changed(_ json: JSON, _ path: [String], to value: JSON) -> JSON {
    guard let name = path.first, var object = json.object else { return value }
    object[name] = changed(json[name] ?? .null, Array(path.dropFirst()), to: value)
    return .object(object)
  }

  @Test("anyone checks a block with openssl, from the block up to the first key; a changed proof is none")
  func proof() async throws {
    let stage = try await Stage()
    nonisolated(unsafe) let theStage = stage
    let (administration, postings, store) = (stage.administration, stage.postings, stage.store)
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    try await stage.app.test(.router) { http in
      let client = try await HostileClient(http, administration: administration)
      let list = try JSON.parse(
        Array(buffer: try await client.send(.get, "/transaction/", access: .place, body: nil).body))
      let refill = try #require(list.elements?.first { $0["action"]?.text == "REF" }?["uuid"]?.text)
      let path = "/v1/transactions/\(refill)/proof/"
      #expect(try await ask(client, path)["seal"]?.isNull == true)
      let root = try #require(try await LedgerAudit(store: store).run().proof.root)
      #expect(try check(try await ask(client, path), root, in: theStage).said.contains("not sealed"))

      _ = try await administration.rotatePrimaryKey()
      try await SealingService(store: store, postings: postings, bell: .init(), logger: logger).sealAll()
      let proof = try await ask(client, path)
      let checked = try check(proof, root, in: theStage)
      #expect(checked.status == 0 && checked.said.contains("PROVEN: block"), "\(checked.said)")
      #expect(checked.said.contains("was made by the authority 2, device"))

      let chain = try await ask(client, "/v1/authorities/")
      #expect(chain["authorities"]?.elements?.map { $0["kind"]?.text } == ["root", "grant", "rotation"])
      #expect(try await ask(client, "/v1/authorities/?since=2")["authorities"]?.elements?.count == 1)
      let other: JSON = JSON(String(repeating: "0", count: 64))
      let zeros = JSON(String(repeating: "A", count: 342) + "==")
      let content = JSON((proof["block"]?["content"]?.text ?? "").replacing("5000", with: "9000"))
      for (path, value, reason) in [
        (["block", "content"], content, "its content's"), (["request", "signature"], zeros, "leaf"),
        (["leaf"], "1 x", "leaf"), (["seal", "signature"], zeros, "not signed"), (["seal", "path"], [], "path"),
        (["request"], .null, "leaf"), (["seal"], .null, "not sealed"),
      ] as [([String], JSON, String)] {
        let answer = try check(changed(proof, path, to: value), root, in: theStage)
        #expect(answer.status == 1 && answer.said.contains(reason), "\(path): \(answer.said)")
      }
      #expect(try check(proof, other.text ?? "", in: theStage).said.contains("not the one you know"))
    }
  }
}
