import FedowProtocol
import Model
import Rules

@testable import Ledger

/// Anything that one writer does in one transaction.
struct Doing: LedgerCommand {
  let work: @Sendable (LedgerWriter) throws -> Void

  init(_ work: @Sendable @escaping (LedgerWriter) throws -> Void) { self.work = work }

  func perform(_ ledger: LedgerWriter) throws -> Answer {
    try work(ledger)
    return Answer([:])
  }
}

extension Reservation.Purpose {
  static let test = Self(rawValue: "test")
}

extension LedgerFixture {
  func `do`(_ work: @Sendable @escaping (LedgerWriter) throws -> Void) async throws {
    _ = try await service.submit(Doing(work))
  }

  /// Reserves of what a card opens.
  @discardableResult
  func reserve(
    _ amount: Int64, id: EntityID = .random(), tag: String = LedgerFixture.tag, expiresIn seconds: Int64? = 600
  ) async throws -> EntityID {
    let (wallet, asset) = (try await wallet(tag), euro.uuid)
    try await `do` { ledger in
      try ledger.reserve(
        ReservationOrder(
          id: id, wallet: wallet, asset: asset, amount: amount, purpose: .test,
          expiresAt: seconds.map(ledger.now.adding(seconds:))))
    }
    return id
  }

  func ask(_ id: EntityID) async throws { try await `do` { try $0.setAsked(reservation: id) } }

  func release(_ id: EntityID) async throws {
    try await `do` { try $0.release(reservation: id, because: "no") }
  }

  /// Makes a bank deposit of a reservation, which takes the money away.
  func post(_ id: EntityID, _ amount: Int64) async throws {
    let terms = euro.terms
    try await `do` { ledger in
      guard let wallet = try ledger.books.reservation(id)?.wallet else { throw Refusal(.notFound) }
      try ledger.post(
        reservation: id,
        as: Posting(
          action: .bankDeposit, sender: wallet, receiver: try ledger.books.primaryWallet(), terms: terms,
          amount: Amount(minorUnits: amount)))
    }
  }

  func reservation(_ id: EntityID) async throws -> Reservation? { try await store.read { try $0.reservation(id) } }

  /// What is written of a card's balance, and what of it is reserved.
  func written(_ tag: String = LedgerFixture.tag) async throws -> (balance: Int64, reserved: Int64) {
    let asset = euro.uuid
    return try await store.read { books in
      let token = try books.card(tag: tag)?.wallet.flatMap { try books.token(of: asset, in: $0) }
      return (token?.balance ?? 0, token?.reserved ?? 0)
    }
  }

  func advance(seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }
}

/// The code that a call was refused with.
func refusal(_ work: () async throws -> Void) async -> Refusal.Code? {
  do {
    try await work()
    return nil
  } catch let refusal as Refusal {
    return refusal.code
  } catch let rejection as Rejection {
    return (try? JSON.parse(rejection.answer.body))?["code"]?.text.flatMap { Refusal.Code(rawValue: $0) }
      ?? .requestMalformed
  } catch {
    return nil
  }
}
