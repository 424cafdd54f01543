import FedowProtocol
import Ledger
import Model
import Transport

/// What the ledger does wrong when a fault is planted in it; without one it changes nothing.
final class PlantedDesk: @unchecked Sendable {
  // Unchecked because one thread alone touches it: the simulation's.

  private let fault: PlantedFault?
  private let newID: @Sendable () -> EntityID
  private var seen: Set<EntityID> = []
  private var callers: [String: Caller] = [:]

  init(_ fault: PlantedFault?, newID: @escaping @Sendable () -> EntityID) {
    self.fault = fault
    self.newID = newID
  }

  /// A repeated debit under another id.
  func renamed(_ body: JSON) -> JSON {
    guard fault == .noIdempotency, var object = body.object, let id = body["id"]?.text.flatMap({ EntityID($0) }),
      !seen.insert(id).inserted
    else { return body }
    object["id"] = JSON(newID().text)
    return .object(object)
  }

  func remember(_ caller: Caller, _ credentials: Credentials) {
    if fault == .ignoredDevice, let key = credentials.authorization { callers[key] = caller }
  }

  func remembered(_ credentials: Credentials) -> Caller? { credentials.authorization.flatMap { callers[$0] } }

  func wrapped(_ debit: PostDebit, early: @escaping @Sendable (HTTPResponse) -> Void) -> any LedgerCommand {
    fault == .earlyAnswer ? EarlyAnswer(debit: debit, early: early) : debit
  }
}

/// Answers from inside the transaction, and then is undone: as if the machine had stopped before the commit.
private struct EarlyAnswer: LedgerCommand {
  let debit: PostDebit
  let early: @Sendable (HTTPResponse) -> Void

  func perform(_ ledger: LedgerWriter) throws -> Answer {
    let answer = try debit.perform(ledger)
    early(HTTPResponse(status: answer.status, body: answer.bodyBytes))
    return answer
  }
}
