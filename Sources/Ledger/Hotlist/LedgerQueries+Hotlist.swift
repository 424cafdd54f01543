import FedowProtocol
import Model
import ServiceLifecycle

extension LedgerQueries {
  /// The longest wait of one request.
  public static let longestHotlistWait = Duration.seconds(30)
  /// How often a request that waits looks for what another process has written; what this process writes wakes it.
  private static let lookAgain = Duration.seconds(2)

  /// `GET /v1/hotlist/`: what changed since a version; waits for the first change when there is none yet.
  ///
  /// It answers early with nothing new when the server stops or the client is gone.
  public func hotlist(since version: Int64, wait: Duration, now: @Sendable () -> LedgerTime) async throws -> Answer {
    let end = ContinuousClock.now + min(max(wait, .zero), Self.longestHotlistWait)
    while true {
      let changes = store.hotlist.changes
      let latest = try await store.read { try $0.hotlistVersion() }
      let left = ContinuousClock.now.duration(to: end)
      // A version that was never given comes from another ledger's list: then the whole of this one.
      guard latest == version, left > .zero, !Task.isCancelled else {
        return try await answer(since: version > latest ? 0 : version, now: now())
      }
      let isStopping = await pause(after: changes, atMost: min(left, Self.lookAgain))
      if isStopping { return try await answer(since: version, now: now()) }
    }
  }

  private func answer(since version: Int64, now: LedgerTime) async throws -> Answer {
    try await store.read { books in
      Answer([
        "version": JSON(try books.hotlistVersion()), "entries": try books.hotlist(since: version),
        "at": JSON(now.wire),
      ])
    }
  }

  /// Waits for a change; true when the server stops.
  private func pause(after changes: UInt64, atMost time: Duration) async -> Bool {
    let board = store.hotlist
    return await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await board.wait(after: changes) }
        group.addTask { try? await Task.sleep(for: time) }
        await group.next()
        group.cancelAll()
      }
      return Task.isCancelled
    }
  }
}
