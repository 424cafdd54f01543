import Foundation
import Testing

/// `fault-test`, which anyone can run longer: taps through bad networks and past dying daemons, and the money afterwards.
@Suite("Whatever the network and the processes do, a tap is debited once or refused", .serialized)
struct FaultRunTests {
  private func run(_ arguments: [String]) async -> (output: String, status: Int32) {
    do {
      return try await Program("fault-test", arguments + ["--binaries", Program.folder.path]).laterResult()
    } catch {
      return ("\(error)", -1)
    }
  }

  @Test("25 taps against ledgerd", arguments: [[], ["--offline"]])
  func ledgerd(more: [String]) async {
    let (output, status) = await run(["--ledger", "ledgerd", "--taps", "25"] + more)
    #expect(status == 0, "\(output)")
  }

  @Test("25 taps against a server that knows no repetition")
  func fedow() async {
    let (output, status) = await run(["--ledger", "fedow", "--taps", "25", "--settling", "2"])
    #expect(status == 0, "\(output)")
  }

  @Test("25 taps against one whose workers die between the balances and the transaction")
  func forgetful() async {
    let (output, status) = await run(["--ledger", "fedow", "--taps", "25", "--settling", "2", "--kiosks", "1"])
    #expect(status == 0, "\(output)")
  }

  @Test("A debit that is made twice does not go unseen")
  func planted() async {
    let (output, status) = await run([
      "--ledger", "fedow", "--taps", "10", "--planted", "--faults", "100", "--seed", "1",
    ])
    #expect(status == 1, "\(output)")
    #expect(output.contains("says paid, and the books have") && output.contains("seed 1"), "\(output)")
  }

  @Test("Where the ledger knows a request again, repeating each changes nothing")
  func repeated() async {
    let (output, status) = await run(["--ledger", "ledgerd", "--taps", "15", "--planted", "--faults", "100"])
    #expect(status == 0, "\(output)")
  }
}
