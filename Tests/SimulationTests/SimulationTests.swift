import Simulation
import Testing

/// A federation from seeds: what is right comes through, what is wrong is found, and the same seed is the same run.
@Suite("A simulated federation", .serialized)
struct SimulationTests {
  @Test("comes through the faults of its first seeds with every rule held")
  func holds() async {
    let breaches = await SimulationThread.run {
      (1...10).compactMap { seed in
        Simulation(seed: seed).run().breach.map { "seed \(seed): \($0); simulate --replay \(seed) --trace" }
      }
    }
    #expect(breaches == [])
  }

  @Test("is the same run for the same seed, whatever ran before")
  func replays() async {
    let digests = await SimulationThread.run {
      let seeds: [UInt64] = [3, 9, 17]
      let once = seeds.map { Simulation(seed: $0).run().digest }
      let again = seeds.reversed().map { Simulation(seed: $0).run().digest }
      return (once, Array(again.reversed()))
    }
    #expect(digests.0 == digests.1)
    #expect(Set(digests.0).count == 3)
  }

  /// Those that few seeds find; `make sim` tries each of them.
  @Test(
    "finds a fault that is put in on purpose",
    arguments: [PlantedFault.lostUpdate, .newID, .noIdempotency, .timeoutIsRefusal])
  func finds(fault: PlantedFault) async {
    let found = await SimulationThread.run {
      (UInt64(1)...400).first { Simulation(seed: $0, fault: fault).run().breach != nil }
    }
    #expect(found != nil, "\(fault.rawValue) is not found by 400 seeds")
  }

  @Test("says the shortest list of actions that still breaks the rule")
  func shortest() async throws {
    let found = await SimulationThread.run { () -> (Int, Bool, Bool)? in
      let seed = (UInt64(1)...400).first { Simulation(seed: $0, fault: .lostUpdate).run().breach != nil }
      guard let simulation = seed.map({ Simulation(seed: $0, fault: .lostUpdate) }),
        let shortest = simulation.shortestFailingPrefix()
      else { return nil }
      let isEnough = simulation.run(prefix: shortest.actions).breach == shortest.breach
      let isNeeded = shortest.actions == 0 || simulation.run(prefix: shortest.actions - 1).breach == nil
      return (shortest.actions, isEnough, isNeeded)
    }
    let (_, isEnough, isNeeded) = try #require(found)
    #expect(isEnough && isNeeded)
  }
}
