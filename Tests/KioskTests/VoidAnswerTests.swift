import Model
import Testing
import Transport

@testable import Kiosk

/// A void goes after its debit has come to its end. When that end was a refusal, there is nothing to take back: the void
/// ends too, and the wallet's later debits do not wait behind it.
@Suite struct VoidAnswerTests {
  private func outcome(path: String, _ answer: String) -> DebitOutcome {
    let request = SignedDebit(
      id: EntityID.random(), card: "68B87420", wallet: EntityID.random(), path: path, body: [], signature: "")
    return NativeDialect(primaryCard: nil).outcome(
      of: request, answer: HTTPResponse(status: 404, body: Array(answer.utf8)), isOnly: false)
  }

  @Test func aVoidOfADebitThatTheLedgerDoesNotHaveIsOver() {
    let void = "/v1/debits/\(EntityID.random())/void/"
    guard case .refused(let refusal) = outcome(path: void, #"{"code":"not_found","sentence":"No."}"#) else {
      Issue.record("the void goes on for ever")
      return
    }
    #expect(refusal.code == .notFound)
  }

  @Test(arguments: [
    ("/v1/debits/", #"{"code":"not_found"}"#), ("/v1/debits/x/void/", "<html>"), ("/v1/debits/x/void/", "{}"),
  ])
  func whatIsNotTheLedgersWordAboutAVoidDecidesNothing(path: String, answer: String) {
    guard case .undecided = outcome(path: path, answer) else {
      Issue.record("\(path) was decided by \(answer)")
      return
    }
  }
}
