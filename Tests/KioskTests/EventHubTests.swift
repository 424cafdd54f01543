import FedowProtocol
import Kiosk
import Model
import Testing

@Suite(.timeLimit(.minutes(10))) struct EventHubTests {
  @Test func aWatcherThatDoesNotReadIsDroppedAndTheOthersAreNot() async throws {
    let bench = try await KioskBench()
    let slow = bench.kiosk.events.watch()
    var quick = bench.kiosk.events.watch().makeAsyncIterator()
    for _ in 0...EventHub.bound {
      try await bench.tap()
      _ = await quick.next()
    }
    #expect(bench.kiosk.events.watcherCount == 1)
    var count = 0
    for await _ in slow { count += 1 }
    #expect(count == EventHub.bound)
  }

  @Test func idsCountUp() async throws {
    let bench = try await KioskBench()
    var events = bench.kiosk.events.watch().makeAsyncIterator()
    try await bench.tap()
    try await bench.tap()
    let ids = [await events.next()?.id, await events.next()?.id]
    #expect(ids == [1, 2])
  }

  @Test func aHubThatIsFinishedGivesStreamsThatEnd() async throws {
    let bench = try await KioskBench()
    bench.kiosk.events.finish()
    var events = bench.kiosk.events.watch().makeAsyncIterator()
    #expect(await events.next() == nil)
  }
}
