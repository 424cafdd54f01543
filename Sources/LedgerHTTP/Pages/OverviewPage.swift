import FedowProtocol
import Ledger
import Model

/// `/` and `/dashboard/`: the ledger at a glance, in the reader's language, loading nothing from anywhere.
struct OverviewPage {
  let overview: Overview
  let language: PageLanguage

  /// The page.
  var html: String {
    let words = OverviewWords(language)
    return """
      <!doctype html>
      <html lang="\(language.rawValue)">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(escape(overview.serverName))</title>
      <style>\(DocumentationPage.style)</style>
      </head>
      <body>
      <header><h1>\(escape(overview.serverName))</h1><p>\(words.introduction)</p>
      <p>\(words.transactions): <strong>\(overview.transactions)</strong>\(last(words))</p></header>
      <main>
      <section><h2>\(words.money)</h2>
      <table><thead><tr><th>\(words.name)</th><th>\(words.kind)</th><th>\(words.issuer)</th><th>\(words.total)</th>\
      <th>\(words.inPlaces)</th></tr></thead><tbody>
      \(overview.assets.map(row).joined(separator: "\n"))
      </tbody></table></section>
      <section><h2>\(words.places)</h2>
      <ul>\(overview.places.map { "<li>\(escape($0))</li>" }.joined())</ul></section>
      <section><p><a href="/docs/">API</a></p></section>
      </main>
      </body>
      </html>

      """
  }

  private func last(_ words: OverviewWords) -> String {
    overview.lastPosted.map { ". \(words.last): \($0.wire)" } ?? ""
  }

  private func row(_ asset: Overview.Asset) -> String {
    let kind = language == .french ? asset.category.frenchName : asset.category.englishName
    let cells = [
      "\(asset.name) (\(asset.currencyCode))", kind, asset.issuer ?? overview.serverName,
      decimal(asset.total), decimal(asset.inPlaces),
    ]
    return "<tr>" + cells.map { "<td>\(escape($0))</td>" }.joined() + "</tr>"
  }

  private func decimal(_ amount: Int64) -> String {
    let cents = String(amount % 100)
    return "\(amount / 100)" + (language == .french ? "," : ".") + (cents.count < 2 ? "0" : "") + cents
  }

  private func escape(_ text: String) -> String { DocumentationPage.escape(text) }
}

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

/// The words of the page.
struct OverviewWords {
  let introduction, transactions, last, money, name, kind, issuer, total, inPlaces, places: String

  init(_ language: PageLanguage) {
    switch language {
    case .french:
      introduction = "Le registre d\u{2019}une monnaie locale fédérée\u{A0}: transparent, vérifiable, non spéculatif."
      transactions = "Transactions"
      last = "La dernière"
      money = "Monnaies"
      name = "Nom"
      kind = "Genre"
      issuer = "Émise par"
      total = "En circulation"
      inPlaces = "dont dans les lieux"
      places = "Lieux"
    case .english:
      introduction = "The ledger of a federated local currency: transparent, verifiable, not speculative."
      transactions = "Transactions"
      last = "The last"
      money = "Money"
      name = "Name"
      kind = "Kind"
      issuer = "Issued by"
      total = "In circulation"
      inPlaces = "of which in places"
      places = "Places"
    }
  }
}

extension AssetCategory {
  /// For people who read English.
  var englishName: String {
    switch self {
    case .federated: "Federated money"
    case .localFiat: "Local money"
    case .gift: "Gift"
    case .time: "Time"
    case .loyalty: "Loyalty points"
    case .badge: "Badge"
    case .membership: "Membership"
    }
  }
}
