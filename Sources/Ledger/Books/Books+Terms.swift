import FedowProtocol
import GRDB
import Model
import Rules

extension Books {
  /// What a card carries by default: the limits, and whose days are counted.
  public struct DelegationTerms: Hashable, Sendable {
    /// The limits.
    public var limits = Delegation.Limits()
    /// A name of the IANA database; nil: the server's.
    public var timeZone: String?

    /// No limits, the server's days.
    public init() {}
  }

  /// The terms that hold for cards of a place: those of its federations, the narrowest of each limit where it has
  /// several; the server's own when none of them has any.
  func delegationTerms(origin place: EntityID) throws -> DelegationTerms {
    if let terms = memory?.terms[place] { return terms }
    let found = try rows(
      """
      SELECT federation, per_tap, per_day, total, time_zone FROM delegation_terms WHERE federation = ''
        OR federation IN (SELECT federation FROM federation_places WHERE place = ?) ORDER BY federation
      """, [place.text])
    let own = found.filter { !($0["federation"] as String).isEmpty }
    let holding = own.isEmpty ? found : own
    var terms = DelegationTerms()
    terms.limits = DelegationRules.narrowest(holding.map(limits))
    terms.timeZone = holding.compactMap { $0["time_zone"] as String? }.first
    memory?.terms[place] = terms
    return terms
  }

  private func limits(_ row: Row) -> Delegation.Limits {
    Delegation.Limits(perTap: row["per_tap"], perDay: row["per_day"], total: row["total"])
  }

  /// The terms of one federation, or of the server when it is nil.
  func terms(federation: EntityID?) throws -> DelegationTerms {
    var terms = DelegationTerms()
    guard let row = try row("SELECT * FROM delegation_terms WHERE federation = ?", [federation?.text ?? ""]) else {
      return terms
    }
    terms.limits = limits(row)
    terms.timeZone = row["time_zone"]
    return terms
  }

  func set(_ terms: DelegationTerms, federation: EntityID?) throws {
    try execute(
      """
      INSERT OR REPLACE INTO delegation_terms (federation, per_tap, per_day, total, time_zone) VALUES (?, ?, ?, ?, ?)
      """,
      [
        federation?.text ?? "", terms.limits.perTap, terms.limits.perDay, terms.limits.total, terms.timeZone,
      ])
  }
}
