import Model
import Synchronization

/// The ledger, once there is one: a kiosk that is not paired looks for its pairing each time somebody needs the ledger,
/// so that pairing needs no restart.
public final class LedgerSource: Sendable {
  private let load: @Sendable () throws(Refusal) -> (any LedgerLink)?
  private let link: Mutex<(any LedgerLink)?>

  /// A source that loads the ledger's client when it is first needed.
  public init(load: @escaping @Sendable () throws(Refusal) -> (any LedgerLink)?) {
    self.load = load
    link = Mutex(nil)
  }

  /// The ledger.
  /// - Throws: `Refusal` with code `not_paired`, or what is wrong with the pairing.
  public func ledger() throws(Refusal) -> any LedgerLink {
    if let known = link.withLock({ $0 }) { return known }
    guard let loaded = try load() else { throw Refusal(.notPaired) }
    return link.withLock { link in
      let first = link ?? loaded
      link = first
      return first
    }
  }
}
