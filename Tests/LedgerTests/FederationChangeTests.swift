import Foundation
import Model
import TestKit
import Testing

@testable import Ledger

@Suite("Changing a federation")
struct FederationChangeTests {
  @Test("a place that is put out is gone from the list, and an unknown federation is refused")
  func change() async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "federation-\(EntityID.random()).sqlite").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let administration = Administration(store: try LedgerStore(path: path))
    _ = try await administration.install(serverName: "Test", domain: "http://ledger.test", key: TestKeys.server())
    for name in ["Bar", "Cafe"] { _ = try await administration.createPlace(name: name) }
    _ = try await administration.createFederation(name: "Quay", places: ["Bar"], assets: [])
    _ = try await administration.change(federation: "Quay", .addPlace("Cafe"))
    _ = try await administration.change(federation: "Quay", .removePlace("Bar"))
    let federations = try await administration.federations()
    #expect(federations.map { $0.json["places"]?.elements?.compactMap { $0["name"]?.text } } == [["Cafe"]])
    await #expect(throws: Refusal.self) { try await administration.change(federation: "Wharf", .addPlace("Bar")) }
  }
}
