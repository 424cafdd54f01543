import Model
import Readers
import TestKit
import Testing

/// What only libnfc can do wrong: its faults cost a restart and are never a card or a removal.
@Suite("libnfc", .serialized)
struct LibnfcTests {
  let card = EmulatedTag(uid: [0xDE, 0xAD, 0xBE, 0xEF])

  private func withLibnfc(_ body: (LibnfcStand, ReaderProbe) async throws -> Void) async throws {
    let stand = try LibnfcStand()
    try await stand.run { probe in
      #expect(await probe.waitForState { $0 == .idle })
      try await body(stand, probe)
    }
  }

  @Test("two cards are several, and one of them taken away leaves the other")
  func twoCards() async throws {
    try await withLibnfc { stand, probe in
      stand.chip.tags = [card, EmulatedTag(uid: [0x11, 0x22, 0x33, 0x44])]
      #expect(await probe.waitUntilSeen("several"))
      stand.chip.tags = [card]
      #expect(await probe.waitUntilSeen("DEADBEEF"))
    }
  }

  @Test("the kind of card comes from its select acknowledge")
  func technology() async throws {
    try await withLibnfc { stand, probe in
      stand.chip.tags = [EmulatedTag(uid: [4, 1, 2, 3, 4, 5, 6], sak: 0x20)]
      #expect(await probe.waitUntilSeen("04010203040506"))
      let kinds = probe.events.compactMap { event -> TagTechnology? in
        guard case .sighting(let sighting) = event, case .tag(_, let kind) = sighting.field else { return nil }
        return kind
      }
      #expect(kinds.last == .iso14443Part4)
    }
  }

  @Test(
    "a fault under a card is told as a fault, and when it is over the card has tapped once",
    arguments: [.silence, .noAnswer, .garbage, .truncated, .late(400), .impossibleStatus] as [PN532Fault])
  func faults(fault: PN532Fault) async throws {
    try await withLibnfc { stand, probe in
      stand.chip.tags = [card]
      #expect(await probe.waitUntilSeen("DEADBEEF"))
      stand.chip.fault = fault
      #expect(await probe.waitUntilSeen("lost"), "\(probe.sightings)")
      #expect(await probe.wait { $0.contains { if case .state(_, .faulted, _) = $0 { true } else { false } } })
      stand.chip.fault = nil
      #expect(await probe.waitUntilSeen("DEADBEEF"))
      #expect(!probe.sightings.contains("empty") || probe.sightings.first == "empty")
      #expect(probe.taps == 1)
    }
  }

  @Test("an answer to select without length, which crashes libnfc, costs at most a restart")
  func crash() async throws {
    try await withLibnfc { stand, probe in
      stand.chip.tags = [EmulatedTag(uid: [1, 2, 3, 4], sak: 0x20, ats: nil)]
      #expect(await probe.wait { events in events.count > 3 })
      stand.chip.tags = [card]
      #expect(await probe.waitUntilSeen("DEADBEEF"))
    }
  }

  @Test("a second program on the same line is told so, and the first goes on")
  func busyLine() async throws {
    try await withLibnfc { stand, probe in
      let second = LibnfcReader(connstring: stand.chip.connstring, worker: LibnfcStand.worker)
      let other = ReaderProbe()
      let running = Task { await second.run { other.note($0) } }
      defer { running.cancel() }
      #expect(await other.waitForState { $0.fault?.contains("another program") == true })
      stand.chip.tags = [card]
      #expect(await probe.waitUntilSeen("DEADBEEF"))
      #expect(other.sightings.allSatisfy { $0 == "lost" })
    }
  }

  @Test("a worker that hangs with its device open is ended and told as a fault, never as a removal")
  func hang() async throws {
    // Says that the device is open, then neither works nor ends: libnfc in one of its endless waits.
    let hung = WorkerCommand(executable: "/bin/sh", arguments: ["-c", #"printf '\001\000' >&3; exec sleep 1000"#])
    let probe = ReaderProbe()
    let running = Task { await LibnfcReader(connstring: "hung", worker: hung).run { probe.note($0) } }
    #expect(await probe.waitForState { $0 == .idle })
    #expect(await probe.waitForState { $0 == .faulted("libnfc does not answer") })
    // And it is tried again.
    #expect(await probe.waitForState { $0 == .idle })
    running.cancel()
    await running.value
    #expect(probe.sightings.allSatisfy { $0 == "lost" })
  }

  @Test("a worker that cannot be started is a fault with its reason")
  func noWorker() async throws {
    let reader = LibnfcReader(
      connstring: "pn532_uart:/nowhere", worker: WorkerCommand(executable: "/nowhere", arguments: []))
    let probe = ReaderProbe()
    let running = Task { await reader.run { probe.note($0) } }
    defer { running.cancel() }
    #expect(await probe.waitForState { $0.fault != nil })
  }
}
