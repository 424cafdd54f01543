/// Why bytes are not JSON, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, in words.
  public let reason: String
  /// How many bytes were good before.
  public let offset: Int

  /// For the person who sent it.
  public var description: String { "\(reason) at byte \(offset)" }
}
