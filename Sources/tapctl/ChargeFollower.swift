import ArgumentParser
import FedowProtocol
import Model

/// Opens a charge and prints each of its states until it has ended.
struct ChargeFollower {
  let options: KioskOptions

  /// Listens before it asks, so that no state can pass unseen.
  /// - Throws: `ExitCode` with how it ended.
  func follow(_ body: JSON) async throws {
    var id: String?
    for try await message in options.client.events() {
      switch message {
      case .opened where id == nil:
        let charge = try await options.client.post("/v1/charges", body)
        id = charge["id"]?.text
        show(charge)
      case .event("charge", let charge) where id != nil && charge["id"]?.text == id:
        guard charge["state"]?.text != "waiting" else { continue }
        show(charge)
        if let status = Self.statuses[charge["state"]?.text ?? ""] { throw ExitCode(status) }
      default: continue
      }
    }
    throw Refusal(.daemonUnreachable, "tapd ended before the charge did; look at it again when tapd is back.")
  }

  /// Prints where a charge stands.
  func show(_ charge: JSON) { ChargeText.show(charge, json: options.json) }

  private static let statuses: [String: Int32] = [
    "paid": 0, "paid_offline": 0, "refused": 2, "expired": 3, "unknown": 4, "cancelled": 5,
  ]
}
