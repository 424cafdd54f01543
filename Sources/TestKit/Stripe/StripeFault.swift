/// What goes wrong with a call to Stripe, on the way or at Stripe itself.
public enum StripeFault: Sendable, Hashable {
  /// The connection is reset, and nothing happened.
  case cutBefore
  /// It happened, and the connection is reset instead of an answer.
  case cutAfter
  /// It happened, and nothing comes until who asked gives up.
  case silentAfter
  /// 503, and nothing happened.
  case errorBefore
  /// It happened, and 500 is the answer: to this call and to all with the same key, as Stripe keeps it.
  case errorAfter
  /// 429, and nothing happened.
  case tooMany
  /// 409, and nothing happened: as if the same key were in use.
  case busy
  /// The answer comes, this late.
  case slow(Duration)

  /// Those that leave who asked in doubt, each once.
  public static let doubtful: [StripeFault] = [
    .cutBefore, .cutAfter, .silentAfter, .errorBefore, .errorAfter, .tooMany, .busy,
  ]

  /// Whether what was asked for happens.
  public var happens: Bool {
    switch self {
    case .cutBefore, .errorBefore, .tooMany, .busy: false
    case .cutAfter, .silentAfter, .errorAfter, .slow: true
    }
  }
}
