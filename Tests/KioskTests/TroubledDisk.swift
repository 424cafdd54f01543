import GRDB
import Kiosk
import Synchronization
import TestKit

/// The disk under a kiosk's store, about each of whose accesses a test decides: what it throws after one that was made is
/// a write that is reported as failed though it is there.
final class TroubledDisk: Sendable {
  struct Failure: Error {}

  /// The key of the cards' digests, the same after a restart.
  static let digest = CardDigest(key: Array(repeating: 9, count: 32))

  private let trouble = Mutex<(@Sendable () async throws -> Void)?>(nil)

  /// What each access goes through, before it is made and after.
  @Sendable func pace() async throws { try await trouble.withLock { $0 }?() }

  /// Makes trouble at each access from now on.
  func trouble(_ body: (@Sendable () async throws -> Void)?) { trouble.withLock { $0 = body } }

  /// Whether the trouble is still to come.
  var isTroubled: Bool { trouble.withLock { $0 != nil } }

  /// Fails once, after the access that makes this true of the kiosk's file.
  func fail(onceTrue sql: String, in directory: TemporaryFolder) throws {
    let file = try directory.kioskDisk()
    trouble { [self] in
      guard try await file.read({ try Bool.fetchOne($0, sql: sql) }) == true else { return }
      trouble(nil)
      throw Failure()
    }
  }
}
