/// The name of one reader: pcscd's reader name, or libnfc's connection string.
public struct ReaderID: Hashable, Sendable, CustomStringConvertible {
  /// The name as its stack gives it.
  public let name: String

  /// A reader of this name.
  public init(_ name: String) { self.name = name }

  /// The name.
  public var description: String { name }
}
