extension MembershipStanding {
  /// What it has become since it was told: a membership ends and begins by itself, also where nobody says so any more.
  ///
  /// One that has begun meanwhile is taken to go on: how long it lasts was not told.
  public func aged(to instant: Int64) -> MembershipStanding {
    switch self {
    case .valid(let until):
      guard let until, until <= instant else { return self }
      return .expired(since: until)
    case .begins(let start): return start <= instant ? .valid(until: nil) : self
    case .expired, .none: return self
    }
  }

  /// How near it comes to letting in: first by its kind, then by how long.
  public var rank: (Int, Int64) {
    switch self {
    case .valid(let until): (3, until ?? .max)
    case .begins(let start): (2, -start)
    case .expired(let since): (1, since)
    case .none: (0, 0)
    }
  }
}
