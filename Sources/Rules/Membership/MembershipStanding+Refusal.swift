import Model

extension MembershipStanding {
  /// Why it does not let in; nil when it does.
  public var refusal: Refusal.Code? {
    switch self {
    case .valid: nil
    case .begins: .membershipNotBegun
    case .expired: .membershipExpired
    case .none: .membershipNone
    }
  }
}
