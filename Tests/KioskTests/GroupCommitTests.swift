import GRDB
import Model
import TestKit
import Testing

@testable import Kiosk

@Suite(.timeLimit(.minutes(10))) struct GroupCommitTests {
  /// A disk that writes when the test says so, and says then whether it could.
  private actor Disk {
    private var asked: [CheckedContinuation<Result<Void, Refusal>, Never>] = []
    /// How many writes were in each transaction.
    private(set) var transactions: [Int] = []

    func commit(_ count: Int) async -> Result<Void, Refusal> {
      transactions.append(count)
      return await withCheckedContinuation { asked.append($0) }
    }

    /// Ends the transaction that is being written.
    func end(_ result: Result<Void, Refusal>) async throws {
      let patience = Patience()
      while asked.isEmpty { try await patience.spend() }
      asked.removeFirst().resume(returning: result)
    }
  }

  private typealias Writing = Task<Refusal.Code?, Never>

  private let disk = Disk()
  private let group: GroupCommit

  init() {
    let disk = disk
    group = GroupCommit { await disk.commit($0.count) }
  }

  private func write() async -> Refusal.Code? {
    do throws(Refusal) {
      try await group.write { _ in }
      return nil
    } catch {
      return error.code
    }
  }

  /// Begins one write, and so many behind it that wait until it has ended.
  private func begin(with followers: Int) async throws -> (first: Writing, others: [Writing]) {
    let first = Task { await write() }
    let patience = Patience()
    while await disk.transactions.isEmpty { try await patience.spend() }
    let others = (0..<followers).map { _ in Task { await write() } }
    while await group.waitingCount < followers { try await patience.spend() }
    return (first, others)
  }

  @Test func whatWaitsForADiskIsOneTransaction() async throws {
    let (first, others) = try await begin(with: 3)
    for _ in 0..<2 { try await disk.end(.success(())) }
    #expect(await first.value == nil)
    for other in others { #expect(await other.value == nil) }
    #expect(await disk.transactions == [1, 3])
  }

  @Test func everyOneOfATransactionIsToldThatItFailed() async throws {
    let (first, others) = try await begin(with: 3)
    try await disk.end(.success(()))
    try await disk.end(.failure(Refusal(.storeUnavailable)))
    #expect(await first.value == nil)
    for other in others { #expect(await other.value == .storeUnavailable) }
  }

  @Test func aTransactionThatFailedHoldsNoOtherUp() async throws {
    let (first, others) = try await begin(with: 1)
    try await disk.end(.failure(Refusal(.storeUnavailable)))
    try await disk.end(.success(()))
    #expect(await first.value == .storeUnavailable)
    for other in others { #expect(await other.value == nil) }
    let later = Task { await write() }
    try await disk.end(.success(()))
    #expect(await later.value == nil)
  }
}
