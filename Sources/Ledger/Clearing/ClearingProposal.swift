import FedowProtocol
import Model
import Rules

/// A clearing as it was proposed, and what has become of it.
struct ClearingProposal {
  let id: EntityID
  let federation: EntityID
  /// The claims are of what was taken from this instant on; nil: ever.
  let from: LedgerTime?
  /// Up to this instant, which is not in it.
  let to: LedgerTime
  /// As the ledger was after this transaction.
  let sequence: Int64
  let netting: ClearingNetting
  let means: ClearingMeans
  let createdAt: LedgerTime
  let expiresAt: LedgerTime
  var parts: [Part] = []

  /// What its places agree to together, and what is posted together.
  struct Part {
    let number: Int64
    var settledAt: LedgerTime?
    var parties: [Party] = []
    var claims: [Claim] = []
    var payments: [Payment] = []
  }

  /// A place that a part concerns.
  struct Party {
    let place: EntityID
    /// What it gets, or below zero what it pays, in minor units.
    let net: Int64
    var agreedAt: LedgerTime?
    var declinedAt: LedgerTime?
    var reason: String?
  }

  /// Money that is handed back.
  struct Claim {
    let number: Int64
    let claim: ClearingClaim
    /// The transaction that handed it back.
    var posted: Int64?
  }

  /// Money that is paid for it.
  struct Payment {
    let number: Int64
    let payment: ClearingPayment
    /// Of a bank transfer: what it is known by, and on which day it was made.
    var reference: String?
    var paidOn: String?
    var declaredAt: LedgerTime?
    var confirmedAt: LedgerTime?
    /// The transaction that paid it in primary tokens.
    var posted: Int64?
  }

  /// What has become of a part.
  func state(of part: Part, at now: LedgerTime) -> ClearingState {
    ClearingState(
      isSettled: part.settledAt != nil, isDeclined: part.parties.contains { $0.declinedAt != nil },
      isAgreed: part.parties.allSatisfy { $0.agreedAt != nil }, isLate: now >= expiresAt,
      isPaidFor: part.payments.contains { $0.declaredAt != nil })
  }
}

extension ClearingProposal.Part {
  /// A part of these claims, that settles them by the fewest payments that are easily found.
  init(number: Int64, claims: [ClearingClaim]) throws(Refusal) {
    let positions = try Clearing.positions(of: claims)
    self.init(number: number)
    parties = positions.map { ClearingProposal.Party(place: $0.place, net: $0.net) }
    self.claims = claims.enumerated().map {
      ClearingProposal.Claim(number: Int64($0) + 1, claim: $1)
    }
    payments = Clearing.payments(settling: positions).enumerated().map {
      ClearingProposal.Payment(number: Int64($0) + 1, payment: $1)
    }
  }
}
