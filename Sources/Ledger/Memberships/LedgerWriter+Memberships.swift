import FedowProtocol
import Model
import Rules

extension LedgerWriter {
  /// Posts what makes a member, with how long and from when in the block.
  ///
  /// Who says no start goes on where their membership ends, or begins now. Of a membership without terms nothing is known
  /// but what the client sent, and nothing else is written.
  func postMembership(_ posting: Posting, _ details: PostingDetails) throws -> Books.Posted {
    let (wallet, asset) = (posting.receiver, posting.terms.asset)
    guard let terms = try books.membershipTerms(of: asset).inForce(at: now.microseconds) else {
      let posted = try record(posting, details)
      let start = (posted.entry.subscriptionStart ?? posted.entry.datetime).microseconds
      try books.insert(
        MembershipRun(first: start, start: start, end: nil), sequence: posted.sequence, wallet: wallet, asset: asset)
      return posted
    }
    let last = try books.memberships(of: wallet, in: asset).latest
    let start = details.subscriptionStart?.microseconds ?? max(last?.end ?? .min, now.microseconds)
    let run = try MembershipRun(
      after: last, start: start, period: terms.period, in: TimeZones.system.rules(terms.timeZone))
    var details = details
    details.subscriptionType = terms.period.rawValue
    details.subscriptionFirst = LedgerTime(microseconds: run.first)
    details.subscriptionStart = LedgerTime(microseconds: run.start)
    let posted = try record(posting, details)
    try books.insert(run, sequence: posted.sequence, wallet: wallet, asset: asset)
    return posted
  }
}
