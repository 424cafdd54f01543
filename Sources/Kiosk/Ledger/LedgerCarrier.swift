import Transport

/// What carries a ledger client's requests; the genuine one is `KeptConnections`, a simulation has a network of its own.
package protocol LedgerCarrier: Sendable {
  /// Sends a request and waits for the whole answer.
  /// - Throws: `TransportFailure`, which says whether the ledger may have acted.
  func send(_ request: HTTPRequest, for errand: LedgerErrand) async throws(TransportFailure) -> HTTPResponse
}

/// What a request is for, by which it is kept apart from others.
package enum LedgerErrand: Hashable, Sendable {
  /// A card that was tapped.
  case card
  /// The debit of a customer who waits.
  case urgentDebit
  /// Everything that nobody waits for.
  case background
  /// A native call, whose answer the ledger may hold back for so long.
  case call(patience: Duration)
}

/// Kept connections: one for reading cards, one for the debits of customers who wait, several for everything else, so that
/// the clearing of old debits never stands before a customer.
struct KeptConnections: LedgerCarrier {
  private let timeouts: LedgerTimeouts
  private let cards: HTTPConnection
  private let debits: HTTPConnection
  private let background: HTTPPool

  /// Connections that open with their first exchange.
  init(timeouts: LedgerTimeouts) {
    self.timeouts = timeouts
    let debitLimits = HTTPLimits(connectMilliseconds: timeouts.connect, totalMilliseconds: timeouts.debit)
    cards = HTTPConnection(
      label: "ledger.cards",
      limits: HTTPLimits(connectMilliseconds: timeouts.connect, totalMilliseconds: timeouts.card))
    debits = HTTPConnection(label: "ledger.debits", limits: debitLimits)
    background = HTTPPool(label: "ledger.background", count: Forwarder.parallelism, limits: debitLimits)
  }

  func send(_ request: HTTPRequest, for errand: LedgerErrand) async throws(TransportFailure) -> HTTPResponse {
    switch errand {
    case .card: return try await cards.send(request)
    case .urgentDebit: return try await debits.send(request)
    case .background: return try await background.send(request)
    case .call(let patience):
      // A connection of its own, for it may be held open by the ledger.
      let limits = HTTPLimits(
        connectMilliseconds: timeouts.connect,
        totalMilliseconds: timeouts.debit + Int(patience.components.seconds) * 1000, bodyBytes: 16 << 20)
      return try await HTTPConnection(label: "ledger.call", limits: limits).send(request)
    }
  }
}
