import FedowProtocol
import Model
import Synchronization

/// Who sends a request: a place, by one of its devices.
public struct Caller: Hashable, Sendable {
  /// The place.
  public let place: Books.Place
  /// The device; nil when the key belongs to none.
  public let device: EntityID?
}

/// When each device was last heard; written down now and then, because a commit a request would be too dear.
public final class DeviceSightings: Sendable {
  /// How long a device may be heard before that is written down again.
  private let interval: Int64
  private let written = Mutex<[EntityID: LedgerTime]>([:])

  /// - Parameter interval: seconds between two writings about one device.
  public init(interval: Int64 = 300) { self.interval = interval }

  /// Whether it is to be written down that this device was heard now.
  public func isDue(_ device: EntityID, at now: LedgerTime) -> Bool {
    written.withLock { written in
      if let last = written[device], last <= now, now < last.adding(seconds: interval) { return false }
      written[device] = now
      return true
    }
  }
}

/// Writes down that a device was heard.
public struct NoteDevice: LedgerCommand {
  let device: EntityID

  /// Of this device.
  public init(device: EntityID) { self.device = device }

  /// Nothing to say.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    try ledger.books.note(device: device, seenAt: ledger.now)
    return Answer(.null)
  }
}
