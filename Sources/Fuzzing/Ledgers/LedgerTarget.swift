import Dispatch
import FedowProtocol
import Ledger
import Model
import Synchronization

/// Commands with bodies of all kinds against one ledger, which stays sound whatever they say.
///
/// An input is lines of a word and a body: `debit {"id": ...}`. The ledger keeps what earlier inputs did, as ledgers do;
/// it is audited again and again, and made anew before it grows.
public final class LedgerTarget: Sendable {
  /// The one that the fuzzer feeds.
  public static let shared = LedgerTarget()

  private struct State {
    var stage: LedgerStage?
    var inputs = 0
  }

  private static let mostLines = 12
  private static let inputsPerAudit = 200
  private static let inputsPerLedger = 4000
  private let state = Mutex(State())

  func run(_ bytes: [UInt8]) throws(Finding) {
    let lines = bytes.split(separator: UInt8(ascii: "\n")).prefix(Self.mostLines).map { FuzzTarget.text($0) }
    let inputs = state.withLock { state in
      state.inputs += 1
      if state.inputs % Self.inputsPerLedger == 0 {
        state.stage?.close()
        state.stage = nil
      }
      return state.inputs
    }
    try wait {
      let stage = try await self.stage()
      for line in lines { try await Self.perform(line, on: stage) }
      if inputs % Self.inputsPerAudit == 0 { try await Self.audit(stage) }
    }
  }

  /// Recomputes all that the inputs so far have done.
  /// - Throws: `Finding` with the first breaks.
  public func audit() throws(Finding) {
    try wait { try await Self.audit(try await self.stage()) }
  }

  private func stage() async throws -> LedgerStage {
    if let stage = state.withLock({ $0.stage }) { return stage }
    let stage = try await LedgerStage()
    state.withLock { $0.stage = stage }
    return stage
  }

  private static func audit(_ stage: LedgerStage) async throws {
    let verdict = try await LedgerAudit(store: stage.store).run()
    guard verdict.isSound else { throw Finding("the books are broken: \(verdict.breaks.prefix(3))") }
  }

  /// A command is done, with an answer that is JSON, or refused as the client's fault.
  private static func perform(_ line: String, on stage: LedgerStage) async throws {
    let parts = stage.named(line).split(separator: " ", maxSplits: 1)
    guard parts.count == 2, let body = try? JSON.parse(String(parts[1])) else { return }
    let answer = try await answer(to: String(parts[0]), body, on: stage)
    guard answer.status < 500 else { throw Finding("\(line): \(answer.status) \(answer.body)") }
    if (try? JSON.parse(answer.bodyBytes)) == nil { throw Finding("\(line): the answer is no JSON: \(answer.body)") }
  }

  private static func answer(to word: String, _ body: JSON, on stage: LedgerStage) async throws -> Answer {
    do {
      guard let command = try stage.command(word, body) else { return Answer(.null) }
      return try await stage.postings.submit(command)
    } catch let rejection as Rejection {
      return rejection.answer
    } catch let refusal as Refusal {
      return Rejection(refusal).answer
    }
  }

  /// libFuzzer's call is synchronous, the ledger is not: its thread waits here for the one task that it gives away.
  private func wait(_ work: @escaping @Sendable () async throws -> Void) throws(Finding) {
    let done = DispatchSemaphore(value: 0)
    let outcome = Mutex<Finding?>(nil)
    let task = Task {
      do {
        try await work()
      } catch {
        outcome.withLock { $0 = error as? Finding ?? Finding("\(error)") }
      }
      done.signal()
    }
    done.wait()
    withExtendedLifetime(task) {}
    if let finding = outcome.withLock({ $0 }) { throw finding }
  }
}
