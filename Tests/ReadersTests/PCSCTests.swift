import Model
import Synchronization
import TestKit
import Testing

extension ReaderConformanceTests {
  /// What only PC/SC can do wrong; in the same serial suite, because there is one pcscd.
  @Suite("PC/SC", .serialized)
  struct PCSCTests {
    private func withPCSC(_ body: (PCSCStand, ReaderProbe) async throws -> Void) async throws {
      let stand = try PCSCStand()
      try await stand.run { probe in
        #expect(await probe.waitForState { $0 == .idle })
        try await body(stand, probe)
      }
    }

    @Test("both slots are readers of their own")
    func bothSlots() async throws {
      try await withPCSC { stand, probe in
        let first = VirtualCard(uid: try TagUID(hex: "DEADBEEF"), port: stand.daemon.ports[0])
        let second = VirtualCard(uid: try TagUID(hex: "04A1B2C3D4E5F6"), port: stand.daemon.ports[1])
        try first.insert()
        #expect(await probe.waitUntilSeen("DEADBEEF"))
        try second.insert()
        #expect(await probe.waitUntilSeen("04A1B2C3D4E5F6"))
        let tags = probe.events.compactMap { event -> (ReaderID, TagTechnology)? in
          guard case .sighting(let sighting) = event, case .tag(_, let kind) = sighting.field else { return nil }
          return (sighting.reader, kind)
        }
        #expect(Set(tags.map(\.0)).count == 2)
        #expect(tags.map(\.1) == [.mifareClassic1K, .mifareUltralight])
      }
    }

    @Test("an answer with nothing in it is no card; the card is asked again")
    func emptyAnswer() async throws {
      try await withPCSC { stand, probe in
        let answers = Mutex(0)
        let card = VirtualCard(uid: try TagUID(hex: "DEADBEEF"), port: stand.daemon.ports[0]) { _ in
          answers.withLock { count in
            count += 1
            return count <= 2 ? [0x90] : nil
          }
        }
        try stand.put(card)
        #expect(await probe.waitUntilSeen("DEADBEEF"))
        #expect(!probe.sightings.contains("unreadable"))
      }
    }

    @Test("a card that never gives a UID is unreadable, once, and its reader goes on")
    func refusingCard() async throws {
      try await withPCSC { stand, probe in
        let asked = Mutex(0)
        try stand.put(
          VirtualCard(uid: try TagUID(hex: "DEADBEEF"), port: stand.daemon.ports[0]) { _ in
            asked.withLock { $0 += 1 }
            return [0x6A, 0x81]
          })
        #expect(await probe.waitUntilSeen("unreadable"))
        stand.takeAway()
        #expect(await probe.waitUntilSeen("empty"))
        #expect(probe.sightings.filter { $0 == "unreadable" }.count == 1)
        #expect(asked.withLock { $0 } == 5)
        try stand.put(TagUID(hex: "11223344"))
        #expect(await probe.waitUntilSeen("11223344"))
      }
    }

    @Test("pcscd killed with a card on the reader and started again: no tap of its own")
    func daemonRestarted() async throws {
      try await withPCSC { stand, probe in
        let card = VirtualCard(uid: try TagUID(hex: "DEADBEEF"), port: stand.daemon.ports[0])
        try stand.put(card)
        #expect(await probe.waitUntilSeen("DEADBEEF"))
        stand.daemon.kill()
        #expect(await probe.waitUntilSeen("lost"))
        try stand.daemon.start()
        #expect(await probe.waitForState { $0 == .idle })
        // pcscd calls the reader empty at first, and finds the card that lay there all the time when it looks again.
        try stand.put(TagUID(hex: "DEADBEEF"))
        #expect(await probe.waitUntilSeen("DEADBEEF"))
        #expect(probe.taps == 1)
      }
    }
  }
}
