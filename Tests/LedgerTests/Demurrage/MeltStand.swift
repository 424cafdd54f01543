import FedowProtocol
import Foundation
import Model
import Rules

@testable import Ledger

/// A ledger whose euro melts, and what is asked of it by its own clock.
struct MeltStand: Sendable {
  let ledger: LedgerFixture
  /// Who receives what melts.
  let commons: Books.Place

  static let day: Int64 = 86_400_000_000
  /// 2026-10-01 in Paris.
  static let october: Int64 = 1_790_805_600_000_000

  init(rate: Int64 = 10_000, per unit: MeltUnit = .month, floor: Int64 = 0) async throws {
    let ledger = try await LedgerFixture()
    self.ledger = ledger
    commons = try await Administration(store: ledger.store).createPlace(name: "Commons").place
    _ = try await set(rate: rate, per: unit, floor: floor)
  }

  var administration: Administration {
    Administration(store: ledger.store, clock: { [weak ledger] in ledger?.time.withLock { $0 } ?? LedgerTime.now() })
  }

  var store: LedgerStore {
    ledger.store.withClock { [weak ledger] in ledger?.time.withLock { $0 } ?? LedgerTime.now() }
  }

  func set(
    rate: Int64, per unit: MeltUnit = .month, floor: Int64 = 0, asset: String = "Euro du Bar", to: String = "Commons",
    from: (Int64, Int64, Int64) = (2026, 10, 1)
  ) async throws -> MeltTerms {
    var change = MeltingChange(rate: rate, unit: unit, receiver: to, from: (from.0, from.1, from.2))
    change.floor = floor
    return try await administration.setMelting(asset: asset, change)
  }

  func advance(to instant: Int64) { ledger.time.withLock { $0 = LedgerTime(microseconds: instant) } }

  /// Posts what is due of all, as the service does.
  func pass() async throws -> MeltPass.Outcome {
    let service = ledger.service
    return try await MeltPass(store: store, melt: { try await service.submit($0) }).run()
  }

  /// What readers see.
  func balance(_ tag: String = LedgerFixture.tag) async throws -> Int64? {
    let euro = ledger.euro.uuid
    return try await store.read { books in
      try books.card(tag: tag)?.wallet.flatMap { try books.balance(of: euro, in: $0) }
    }
  }

  /// What is written.
  func stored(_ tag: String = LedgerFixture.tag) async throws -> Int64? {
    let euro = ledger.euro.uuid
    return try await store.read { books in
      try books.card(tag: tag)?.wallet.flatMap { try books.token(of: euro, in: $0)?.balance }
    }
  }

  func received() async throws -> Int64 {
    try await store.read { [ledger, commons] in try $0.balance(of: ledger.euro.uuid, in: commons.wallet) ?? 0 }
  }

  func held() async throws -> Int64 {
    try await store.read { [ledger] in try $0.totals(of: ledger.euro.uuid).everywhere }
  }
}
