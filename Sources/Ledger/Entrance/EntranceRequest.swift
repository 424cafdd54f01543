import FedowProtocol
import Model

/// What a debit says that is an entrance too: who may come in, and what is recorded of it.
public struct EntranceRequest: Hashable, Sendable {
  /// The memberships of which any one lets in.
  public let memberships: [EntityID]
  /// The badge that is recorded; nil: the ledger's own list is enough.
  public let badge: EntityID?
  /// For how many seconds the same person is not let in again here: a card that is passed back over the fence.
  public let againAfter: Int64

  /// What is usual: long enough that a card which is passed back has waited in vain.
  public static let usualAgainAfter: Int64 = 300
  /// The most memberships of which any one lets in.
  static let membershipLimit = 20

  /// Reads the field `entrance` of a debit.
  /// - Throws: `Refusal` with `request_malformed`.
  init(_ json: JSON) throws(Refusal) {
    let body = try NativeBody(json)
    let named = json["memberships"]?.elements ?? []
    memberships = named.compactMap { $0.text.flatMap { EntityID($0) } }
    guard (1...Self.membershipLimit).contains(named.count), memberships.count == named.count else {
      throw Refusal(
        .requestMalformed, "An entrance has memberships: a list of 1 to \(Self.membershipLimit) uuids of assets.")
    }
    badge = try body.id("badge")
    guard let again = body.value("again_after_s") else {
      againAfter = Self.usualAgainAfter
      return
    }
    guard let seconds = again.int64, (0...86_400).contains(seconds) else {
      throw Refusal(.requestMalformed, "again_after_s is a number of seconds from 0 to 86400.")
    }
    againAfter = seconds
  }
}
