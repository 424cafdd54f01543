/// What a network does to a request and its answer.
public enum NetworkFault: String, Sendable, Hashable, CaseIterable {
  /// The request arrives nowhere, and the connection is reset.
  case lostRequest = "lost request"
  /// The request arrives nowhere, and nobody says so.
  case swallowedRequest = "swallowed request"
  /// The request arrives when the one who sent it has given up.
  case lateRequest = "late request"
  /// The server answers, and the connection ends instead.
  case lostAnswer = "lost answer"
  /// The server answers, and nothing comes.
  case swallowedAnswer = "swallowed answer"
  /// The answer comes late, and in time.
  case slowAnswer = "slow answer"
  /// The answer comes when nobody waits for it any more.
  case lateAnswer = "late answer"
  /// The connection ends in the middle of the answer.
  case cutAnswer = "cut answer"
  /// The request arrives twice, over two connections; the answer is the first one's.
  case twiceFirst = "twice, first answer"
  /// The same, and the answer is the second one's.
  case twiceSecond = "twice, second answer"

  /// Whether the request arrives more than once, which only a server that knows it again can stand.
  public var repeats: Bool { self == .twiceFirst || self == .twiceSecond }
}
