import TestKit

/// What a Fedow server does to a sale of its own accord (protocol section 8, points 7, 8 and 19).
enum ServerFault: CaseIterable {
  /// A page of HTML with status 500, and nothing is posted.
  case failure
  /// The connection ends, and the sale is posted a little later.
  case closesThenCommits
  /// The same, with a page of HTML and status 500.
  case failsThenCommits
  /// The sale is posted late, when the client has long given up, and then answered.
  case commitsLate
  /// The sale is posted at once, and the connection ends without an answer.
  case commitsThenCloses
  /// The worker is killed between the balances and the transaction: the money has moved, and no row tells of it.
  case forgets
  /// All is well, and slow.
  case slow
}

/// Which of its requests a server spoils, and by how much: the same for the same seed.
struct ServerFaults: Sendable {
  let seed: UInt64
  /// From 0 to 1.
  let share: Double
  /// Whether workers are killed between the two writes of a sale.
  let isForgetful: Bool
  /// How late a commit is at most.
  let latest: Duration

  func fault(of number: Int) -> (fault: ServerFault, delay: Duration)? {
    var chance = SeededGenerator(seed: seed &+ UInt64(number) &* 0x9E37_79B9)
    guard Double.random(in: 0..<1, using: &chance) < share,
      let fault = ServerFault.allCases.randomElement(using: &chance)
    else { return nil }
    return (fault == .forgets && !isForgetful ? .slow : fault, latest * Double.random(in: 0.2...1, using: &chance))
  }
}
