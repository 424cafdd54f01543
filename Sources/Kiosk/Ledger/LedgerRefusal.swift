import FedowProtocol
import Model
import Transport

/// Reads why a ledger said no, in either dialect.
enum LedgerRefusal {
  /// The ledger's own code; nil when it gave none.
  static func code(_ answer: HTTPResponse) -> String? { (try? JSON.parse(answer.body))?["code"]?.text }

  static func hasCode(_ answer: HTTPResponse) -> Bool { code(answer) != nil }

  /// Whether it is the ledger's word that it has nothing of this id.
  static func isUnknown(_ answer: HTTPResponse) -> Bool {
    answer.status == 404 && code(answer) == Refusal.Code.notFound.rawValue
  }

  /// The refusal with the ledger's words; a code that this version does not know becomes `ledger_refused`.
  static func reading(_ answer: HTTPResponse) -> Refusal {
    let json = try? JSON.parse(answer.body)
    if let text = json?["code"]?.text {
      let sentence = json?["sentence"]?.text
      guard let code = Refusal.Code(rawValue: text) else {
        return Refusal(.ledgerRefused, sentence ?? "The ledger refused the debit (\(text)).")
      }
      return Refusal(code, sentence)
    }
    if answer.status == 401 || answer.status == 403 {
      return Refusal(
        .signatureInvalid, "The ledger does not accept this kiosk's key. Pair it again: tapctl pair STRING --replace")
    }
    return Refusal(fedowCode(json), detail(json, status: answer.status))
  }

  /// Whether it is the ledger's word about the debit, and not about the request, its key, or a clock.
  static func isDecision(_ answer: HTTPResponse) -> Bool {
    guard let text = code(answer), ![401, 408, 425, 429].contains(answer.status) else { return false }
    guard let known = Refusal.Code(rawValue: text) else { return true }
    return !isAtTheDoor(known) && ![.requestMalformed, .notFound, .forbidden].contains(known)
  }

  /// Whether it says who may ask and how, before what is asked is looked at: of an earlier request with the same id it
  /// tells nothing.
  static func isAtTheDoor(_ code: Refusal.Code) -> Bool {
    switch code {
    case .signatureInvalid, .keyInvalid, .clockWrong, .notAuthenticated, .requestTooLong, .methodNotAllowed,
      .rateLimited:
      true
    default: false
    }
  }

  /// The refusal that a ledger keeps under a debit's id, and tells with status 200 to who asks for that id.
  static func kept(_ answer: HTTPResponse) -> Refusal? {
    guard let json = try? JSON.parse(answer.body), json["state"]?.text == "refused" else { return nil }
    return reading(answer)
  }

  /// The sentences of the real server stand in `non_field_errors`, or under the field's name (recordings 71 to 78).
  private static func detail(_ json: JSON?, status: Int) -> String {
    let said = json?.object?.entries.first.flatMap { $0.value.elements?.first?.text ?? $0.value.text }
    return "The ledger refused the debit: \(said ?? "HTTP \(status)")."
  }

  private static func fedowCode(_ json: JSON?) -> Refusal.Code {
    switch json?["non_field_errors"]?.elements?.first?.text {
    case "Not enough token on sender wallet", "Sender token does not exist": .insufficientFunds
    case "Asset not accepted": .assetNotAccepted
    default: .ledgerRefused
    }
  }
}
