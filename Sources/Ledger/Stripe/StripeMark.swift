import FedowProtocol
import Model

/// What the ledger attaches to everything that it makes at Stripe: how it knows its own again, also among what others
/// make in the same account, and after its own row was lost with a disk.
public struct StripeMark: Hashable, Sendable {
  /// Whose money it is.
  public let server: EntityID
  /// What it belongs to here.
  public let id: EntityID
  /// Whose wallet, or which place.
  public let subject: EntityID

  private static let serverKey = "fedow_server"
  private static let subjectKey = "fedow_subject"

  /// What a mark is for: each has a key of its own.
  public enum Purpose: String, Sendable, CaseIterable {
    case checkout = "fedow_checkout"
    case refund = "fedow_refund"
    case account = "fedow_account"
    case transfer = "fedow_transfer"
  }

  /// A mark of this server (its primary wallet).
  public init(server: EntityID, id: EntityID, subject: EntityID) {
    self.server = server
    self.id = id
    self.subject = subject
  }

  /// As Stripe keeps it.
  public func metadata(_ purpose: Purpose) -> [String: String] {
    [Self.serverKey: server.text, purpose.rawValue: id.text, Self.subjectKey: subject.text]
  }

  /// The mark of this purpose in what Stripe kept; nil when this server did not make it.
  public init?(_ metadata: [String: String], _ purpose: Purpose, server: EntityID) {
    guard metadata[Self.serverKey] == server.text, let id = metadata[purpose.rawValue].flatMap({ EntityID($0) }),
      let subject = metadata[Self.subjectKey].flatMap({ EntityID($0) })
    else { return nil }
    self.init(server: server, id: id, subject: subject)
  }

  /// Whether another ledger made it, in the same account of Stripe's.
  static func isOfAnother(_ metadata: [String: String], server: EntityID) -> Bool {
    metadata[serverKey].map { $0 != server.text } ?? false
  }

  /// The keys of marks: of what else is attached to things of Stripe's nothing is kept.
  static let keys = Set([serverKey, subjectKey] + Purpose.allCases.map(\.rawValue))
}
