/// Whether someone is a member at an instant.
public enum MembershipStanding: Hashable, Sendable {
  /// They never were.
  case none
  /// Theirs begins later: in microseconds since 1970.
  case begins(Int64)
  /// They are, until then; nil: without an end.
  case valid(until: Int64?)
  /// They were, until then.
  case expired(since: Int64)

  /// The standing that these periods make, in whatever order.
  ///
  /// What is paid on without a gap counts as one: a member until the end of what they paid for.
  public init(of runs: some Sequence<MembershipRun>, at instant: Int64) {
    let runs = runs.sorted { $0.start < $1.start }
    var until: Int64?
    var isMember = false
    for run in runs {
      if isMember ? run.start <= until ?? .max : run.isValid(at: instant) {
        until = isMember ? until.flatMap { old in run.end.map { max(old, $0) } } : run.end
        isMember = true
      }
    }
    if isMember {
      self = .valid(until: until)
    } else if let next = runs.map(\.start).filter({ $0 > instant }).min() {
      self = .begins(next)
    } else if let last = runs.compactMap(\.end).max() {
      self = .expired(since: last)
    } else {
      self = .none
    }
  }

  /// The standing of a word and the instant that goes with it; nil when they do not make one.
  public init?(word: String, instant: Int64?) {
    switch (word, instant) {
    case ("none", _): self = .none
    case ("begins", let start?): self = .begins(start)
    case ("valid", let until): self = .valid(until: until)
    case ("expired", let since?): self = .expired(since: since)
    default: return nil
    }
  }

  /// The word that answers say.
  public var word: String {
    switch self {
    case .none: "none"
    case .begins: "begins"
    case .valid: "valid"
    case .expired: "expired"
    }
  }

  /// The instant that goes with the word.
  public var instant: Int64? {
    switch self {
    case .none: nil
    case .begins(let start): start
    case .valid(let until): until
    case .expired(let since): since
    }
  }
}
