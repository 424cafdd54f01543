import FedowProtocol
import Model
import Rules
import Signing
import Transport

/// ledgerd's own call: one posting for all parts, idempotent by the tap's id.
public struct NativeDialect: LedgerDialect {
  /// `native`.
  public let name = "native"
  /// The tap's id is the ledger's key.
  public let isIdempotent = true
  /// The same bytes may be sent again at once.
  public let settlingTime = Duration.zero

  private let primaryCard: String?

  /// - Parameter primaryCard: the tag id of the operator's card that is named in each debit; nil for none.
  public init(primaryCard: String?) { self.primaryCard = primaryCard }

  /// Makes and signs `POST /v1/debits/`.
  public func sign(_ order: DebitOrder, with credentials: PlaceCredentials) throws(Refusal) -> SignedDebit {
    let parts = order.parts.map { part -> JSON in
      ["asset": JSON(part.asset.text), "amount": JSON(part.amount.minorUnits)]
    }
    var body = JSONObject([
      ("id", JSON(order.id.text)), ("card", JSON(order.reading.card.firstTagID)), ("parts", .array(parts)),
    ])
    if let comment = order.comment { body["comment"] = JSON(comment) }
    if let primaryCard { body["primary_card"] = JSON(primaryCard) }
    return try SignedDebit(
      id: order.id, card: order.reading.card.firstTagID, wallet: order.reading.card.wallet, path: "/v1/debits/",
      body: .object(body), credentials: credentials)
  }

  /// 201 and 200 carry the receipt; a refusal carries `code` and `sentence`.
  public func outcome(of debit: SignedDebit, answer: HTTPResponse, isOnly: Bool) -> DebitOutcome {
    switch answer.status {
    case 200, 201:
      guard let receipt = (try? JSON.parse(answer.body)).flatMap({ Receipt($0) }), receipt.id == debit.id else {
        return .undecided("the ledger's receipt could not be read")
      }
      return .posted(receipt)
    // Not about this debit but about the request around it: on a repetition it says nothing of the first sending.
    case 401, 403, 408, 425, 429:
      return isOnly ? .refused(LedgerRefusal.reading(answer)) : .undecided("HTTP \(answer.status)")
    case 400...499:
      return isOnly || LedgerRefusal.hasCode(answer)
        ? .refused(LedgerRefusal.reading(answer)) : .undecided("HTTP \(answer.status)")
    default:
      return .undecided("HTTP \(answer.status)")
    }
  }

  /// `GET /v1/debits/{id}/`.
  public func inquiryPath(about debit: SignedDebit) -> String { "/v1/debits/\(debit.id.text)/" }

  /// 200 is the receipt; 404 with code `not_found` is the ledger's word that it has none.
  public func outcome(of debit: SignedDebit, inquiry: HTTPResponse) -> DebitOutcome {
    switch inquiry.status {
    // A refusal that was kept is as final as a receipt.
    case 200 where (try? JSON.parse(inquiry.body))?["state"]?.text == "refused":
      .refused(LedgerRefusal.reading(inquiry))
    case 200: outcome(of: debit, answer: inquiry, isOnly: false)
    case 404 where LedgerRefusal.code(inquiry) == Refusal.Code.notFound.rawValue: .absent
    default: .undecided("HTTP \(inquiry.status)")
    }
  }
}
