import Model

/// How amounts are written here: with the decimal comma or point of the locale.
public struct Money: Sendable {
  private static let comma: Set<String> = [
    "fr", "de", "es", "it", "nl", "pt", "pl", "cs", "sk", "da", "sv", "nb", "nn", "fi", "el", "ro", "hu", "bg", "hr",
    "sl", "ca", "eu", "gl", "br", "oc", "ru", "uk", "tr", "et", "lv", "lt", "is", "id", "vi",
  ]
  private let separator: String

  /// Of a locale like `fr_FR.UTF-8`. French and Italian Switzerland write money with a point, as all of it does.
  public init(locale: String) {
    let language = String(locale.prefix { $0 != "_" && $0 != "." })
    separator = Self.comma.contains(language) && !locale.contains("_CH") && !locale.contains("_MX") ? "," : "."
  }

  /// As LC_ALL, LC_MONETARY or LANG has it.
  public static var here: Money { Money(locale: Settings.locale("LC_MONETARY")) }

  /// With two decimals.
  public func text(_ amount: Amount) -> String {
    separator == "." ? amount.description : String(amount.description.map { $0 == "." ? "," : $0 })
  }
}
