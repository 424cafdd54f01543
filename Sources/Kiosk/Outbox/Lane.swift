import Model

/// The rows of one wallet, which go one after the other. Pure.
struct Lane {
  enum Phase: Hashable {
    /// Its first row can be sent.
    case ready
    /// It is being sent.
    case running
    /// It failed, and is tried again when this rest is over.
    case resting(number: Int)
  }

  /// Counts up with each lane that is made: those that wait longest have the smallest.
  let number: Int
  private(set) var rows: [EntityID] = []
  private(set) var phase = Phase.ready
  private(set) var tries = 0
  private var rests = 0

  init(number: Int) { self.number = number }

  var first: EntityID? { rows.first }

  func holds(_ row: EntityID) -> Bool { rows.contains(row) }

  mutating func append(_ row: EntityID) { rows.append(row) }

  mutating func start() { phase = .running }

  /// The first row has come to its end.
  mutating func advance() {
    rows.removeFirst()
    tries = 0
  }

  /// The first row has not: the lane rests.
  /// - Returns: the number of the rest, by which `wake` knows it.
  mutating func rest(isFailure: Bool = true) -> Int {
    if isFailure { tries += 1 }
    rests += 1
    phase = .resting(number: rests)
    return rests
  }

  /// The rest of this number is over; false when the lane is not in it any more.
  mutating func wake(number: Int) -> Bool {
    guard case .resting(number) = phase else { return false }
    phase = .ready
    return true
  }

  /// There is reason to try at once; false when it does not rest.
  mutating func hurry() -> Bool {
    guard case .resting = phase else { return false }
    phase = .ready
    return true
  }
}
