import Simulation
import Testing
@Suite("A simulated federation")
struct SimulationTests {}
