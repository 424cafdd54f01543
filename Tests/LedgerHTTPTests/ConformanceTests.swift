import FedowProtocol
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Model
import Testing

@Suite("Conformance with the recordings", .serialized)
struct ConformanceTests {
  @Test("each recorded request gets the recorded answer, or the deviation that the table names")
  func replay() async throws {
    let stage = try await Stage()
    let recordings = try Recording.all()
    let cards = try Self.walletsOfCards(recordings)
    nonisolated(unsafe) var compared = 0
    // The stage is used by this test's one task alone, though the closure must be sendable.
    nonisolated(unsafe) let actor = stage
    try await stage.app.test(.router) { client in
      for recording in recordings {
        if recording.number == 92 {
          _ = try await actor.administration.createFederation(
            name: "Fed test", places: ["Bar du Port", "Cafe du Nord"], assets: ["Euro du Bar"])
        }
        if recording.number == 164 {
          // What 163 did, done by who may.
          _ = try await actor.administration.createFederation(
            name: "Fed API", places: ["Bar du Port", "Salle Lespass"], assets: ["Euro du Bar"])
        }
        try await Self.open(cards, in: recording, stage: actor)
        let sent = try actor.request(recording)
        let response = try await client.execute(
          uri: sent.path, method: sent.method, headers: sent.headers, body: sent.body)
        try Self.compare(recording, response, stage: actor)
        compared += 1
      }
    }
    #expect(compared == recordings.count)
    #expect(try await LedgerAudit(store: stage.store).run().breaks == [])
  }

  private static func compare(_ recording: Recording, _ response: TestResponse, stage: Stage) throws {
    let label = Comment(rawValue: recording.testDescription)
    let body = Array(buffer: response.body)
    let isPage = Deviation.table[recording.number]?.isPage ?? false
    #expect(response.headers[.contentType] == (isPage ? "text/html; charset=utf-8" : "application/json"), label)
    let document = APIDocument()
    if document.operation(method: recording.method, path: recording.path) != nil {
      let faults = try document.faults(
        method: recording.method, path: recording.path, status: response.status.code, answer: body)
      #expect(faults == [], label)
    }
    if let deviation = Deviation.table[recording.number] {
      #expect(response.status.code == deviation.status, label)
      if isPage { return }
      let json = try JSON.parse(body)
      if let key = deviation.key { #expect(json[key] != nil, label) }
      return
    }
    #expect(response.status.code == recording.status, "\(label) \(String(decoding: body, as: UTF8.self))")
    if recording.isTruncated { return }
    if recording.path != "/place/handshake/" || recording.status != 202 {
      let recorded = try JSON.parse(recording.answer)
      let ours = Deviation.withoutAdditions(try JSON.parse(body), recorded: recorded, status: recording.status)
      let differences = stage.translation.differences(recorded, ours)
      #expect(differences == [], label)
    }
    if response.status.code == recording.status { try stage.keepSecrets(recording, ours: body) }
  }

  /// Each wallet that a card had in the recordings: ours are made by the card's first reading, which was not recorded.
  private static func walletsOfCards(_ recordings: [Recording]) throws -> [String: String] {
    var tags: [String: String] = [:]
    for recording in recordings {
      // A sale that was recorded names the card and the wallet it opens.
      guard let body = recording.body.flatMap({ try? JSON.parse($0) }), let tag = body["user_card_firstTagId"]?.text
      else { continue }
      for field in ["sender", "receiver"] {
        if let wallet = body[field]?.text, tags[wallet] == nil { tags[wallet] = tag }
      }
    }
    return tags
  }

  private static func open(_ cards: [String: String], in recording: Recording, stage: Stage) async throws {
    guard let body = recording.body.flatMap({ try? JSON.parse($0) }) else { return }
    for field in ["sender", "receiver"] {
      guard let wallet = body[field]?.text, stage.translation.names[wallet] == nil, let tag = cards[wallet] else {
        continue
      }
      let place = try #require(try await stage.administration.places().first)
      let answer = try await stage.postings.submit(ReadCard(place: place.uuid, tag: tag))
      stage.translation.learn(wallet, is: try #require(try JSON.parse(answer.body)["wallet"]?["uuid"]?.text))
    }
  }
}
