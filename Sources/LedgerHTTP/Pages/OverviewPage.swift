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
      <p>\(words.transactions)\(words.colon) <strong>\(overview.transactions)</strong>\(last(words))</p></header>
      <main>
      <section><h2>\(words.money)</h2>
      <table><thead><tr><th>\(words.name)</th><th>\(words.kind)</th><th>\(words.issuer)</th><th>\(words.total)</th>\
      <th>\(words.inPlaces)</th></tr></thead><tbody>
      \(overview.assets.map { row($0, words) }.joined(separator: "\n"))
      </tbody></table>\(standing(words))</section>
      <section><h2>\(words.places)</h2>
      <ul>\(overview.places.map { "<li>\(escape($0))</li>" }.joined())</ul></section>
      <section><p><a href="/docs/">API</a></p></section>
      </main>
      </body>
      </html>

      """
  }

  private func last(_ words: OverviewWords) -> String {
    overview.lastPosted.map { ". \(words.last)\(words.colon) \(Self.instant($0))" } ?? ""
  }

  /// Each token of the federated money was paid for with a cent, until it was paid back or out: whether it is so, in figures.
  private func standing(_ words: OverviewWords) -> String {
    guard let primary = overview.primary else { return "" }
    let part = { (name: String, amount: Int64) in "\(name) <strong>\(decimal(amount))</strong>" }
    let right = [(words.refunded, primary.refunded), (words.paidOut, primary.paidOut)].map(part)
    let sum = ([part(words.paidIn, primary.paidIn)] + right).joined(separator: " \u{2212} ")
    let isRight = primary.excess == 0
    let verdict =
      isRight
      ? words.holds : "<strong>\(words.holdsNot)\(words.colon) \(decimal(primary.excess))</strong>"
    return "\n<p>\(words.standing)\(words.colon) \(part(words.issued, primary.issued)) "
      + "\(isRight ? "=" : "\u{2260}") \(sum). \(verdict)</p>"
  }

  private func row(_ asset: Overview.Asset, _ words: OverviewWords) -> String {
    let kind = language == .french ? asset.category.frenchName : asset.category.englishName
    let cells = ["\(asset.name) (\(asset.currencyCode))", kind, asset.issuer ?? overview.serverName]
    let sums = [(words.total, asset.total), (words.inPlaces, asset.inPlaces)].map { name, amount in
      "<td data-name=\"\(escape(name + words.colon))\">\(decimal(amount))</td>"
    }
    return "<tr>" + cells.map { "<td>\(escape($0))</td>" }.joined() + sums.joined() + "</tr>"
  }

  /// `2026-07-01 10:00 UTC`: of the wire's instants as much as people read.
  private static func instant(_ time: LedgerTime) -> String {
    "\(time.wire.prefix(10)) \(time.wire.dropFirst(11).prefix(5)) UTC"
  }

  private func decimal(_ amount: Int64) -> String {
    let cents = String(amount.magnitude % 100)
    let (sign, point) = (amount < 0 ? "\u{2212}" : "", language == .french ? "," : ".")
    return "\(sign)\(amount.magnitude / 100)\(point)\(cents.count < 2 ? "0" : "")\(cents)"
  }

  private func escape(_ text: String) -> String { DocumentationPage.escape(text) }
}
