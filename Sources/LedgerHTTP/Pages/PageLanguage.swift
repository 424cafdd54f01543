/// The languages of the pages.
enum PageLanguage: String, Sendable {
  case french = "fr"
  case english = "en"

  /// The first of the two in `Accept-Language` (RFC 9110, section 12.5.4), else French, the field's own.
  init(accepting header: String?) {
    let wanted = (header ?? "").split(separator: ",").compactMap { part -> PageLanguage? in
      let tag = part.split(separator: ";").first?.drop { $0 == " " }.prefix(2)
      return tag.flatMap { PageLanguage(rawValue: $0.lowercased()) }
    }
    self = wanted.first ?? .french
  }
}
