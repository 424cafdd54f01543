/// A property that an input broke.
public struct Finding: Error, CustomStringConvertible {
  /// Which, with what was found instead.
  public let description: String

  init(_ description: String) { self.description = description }

  /// - Throws: `Finding` when the property does not hold.
  static func unless(_ holds: Bool, _ property: @autoclosure () -> String) throws(Finding) {
    guard holds else { throw Finding(property()) }
  }
}
