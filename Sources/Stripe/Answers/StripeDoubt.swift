/// Why it is not known what Stripe did.
public struct StripeDoubt: Error, Hashable, Sendable {
  /// What kind of doubt.
  public enum Reason: String, Sendable, Hashable {
    /// Nothing left this machine.
    case notSent = "not_sent"
    /// The time was over or the connection ended before the answer.
    case noAnswer = "no_answer"
    /// Stripe said that it failed. It keeps that answer with the key too, so to ask again may never say more.
    case serverError = "server_error"
    /// A call with the same key is under way (409).
    case busy
    /// The same key was used with other parameters: what was made with it, if anything, is not known.
    case keyUsed = "key_used"
    /// Too many calls (429).
    case tooMany = "too_many"
    /// The answer is not one of Stripe's.
    case unreadable
  }

  /// What kind of doubt.
  public let reason: Reason
  /// The status of HTTP, where there was one.
  public let status: Int?
  /// For the log.
  public let text: String

  init(_ reason: Reason, _ text: String, status: Int? = nil) {
    self.reason = reason
    self.text = text
    self.status = status
  }

  /// Whether to ask again with the same key may never say more, so that what Stripe has is looked at instead.
  public var staysWithKey: Bool { reason == .serverError || reason == .keyUsed }

  /// Whether Stripe may have done it.
  public var mayHaveActed: Bool { reason != .notSent && reason != .tooMany }
}

extension StripeDoubt: CustomStringConvertible {
  /// For logs and terminals.
  public var description: String {
    "Stripe's answer is not known (\(reason.rawValue)\(status.map { ", \($0)" } ?? "")): \(text)"
  }
}
