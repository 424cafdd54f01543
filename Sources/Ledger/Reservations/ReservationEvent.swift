import GRDB
import Model
import Rules

/// That some of a balance could not be spent any more, or could again.
struct ReservationEvent: Hashable {
  let id: EntityID
  let wallet: EntityID
  let asset: EntityID
  /// What it adds to what is reserved, in minor units; negative for an end.
  let delta: Int64
  /// In microseconds since 1970.
  let at: Int64
  /// The last transaction before it.
  let after: Int64
}

extension Books {
  /// What began and what ended, in the order in which it did: of one balance, or of all.
  ///
  /// At one and the same instant ends come first, so that what is free is never counted as less than it was.
  func reservationEvents(of asset: EntityID? = nil, in wallet: EntityID? = nil) throws -> [ReservationEvent] {
    let balance = asset == nil ? "" : " AND wallet = ?1 AND asset = ?2"
    return try rows(
      """
      SELECT id, wallet, asset, amount AS delta, created_at AS at, after_sequence AS after FROM reservations
        WHERE true\(balance)
      UNION ALL SELECT id, wallet, asset, -amount, ended_at, ended_after FROM reservations
        WHERE ended_at IS NOT NULL\(balance)
      ORDER BY after, at, delta, id
      """, asset == nil ? [] : [wallet?.text, asset?.text]
    ).map {
      ReservationEvent(
        id: try $0.id("id"), wallet: try $0.id("wallet"), asset: try $0.id("asset"), delta: $0["delta"], at: $0["at"],
        after: $0["after"])
    }
  }
}

extension MeltingBalance.Point {
  /// The way of what was free of a balance: what is reserved does not melt.
  /// - Parameter points: the balance by its transactions, each with its number, the oldest first.
  static func free(
    _ points: [(sequence: Int64, point: Self)], _ events: [ReservationEvent]
  ) -> [MeltingBalance.Point] {
    guard !events.isEmpty else { return points.map(\.point) }
    var path: [Self] = []
    var events = events[...]
    var (balance, reserved) = (Int64(0), Int64(0))
    for (sequence, point) in points {
      while let event = events.first, event.after < sequence {
        events.removeFirst()
        reserved = reserved.saturatingSum(event.delta)
        // Before the first point that was read nothing is asked for.
        if !path.isEmpty { path.append(Self(at: event.at, balance: balance.saturatingDifference(reserved))) }
      }
      balance = point.balance
      path.append(Self(at: point.at, balance: balance.saturatingDifference(reserved)))
    }
    for event in events {
      reserved = reserved.saturatingSum(event.delta)
      path.append(Self(at: event.at, balance: balance.saturatingDifference(reserved)))
    }
    return path
  }
}
