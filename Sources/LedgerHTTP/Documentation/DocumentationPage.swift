import FedowProtocol
import Model

/// The API's page for people, made on the server of the same descriptions as the document; it loads nothing else.
enum DocumentationPage {
  /// The page.
  static let html: String = """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>ledgerd: the API</title>
    <style>\(style)</style>
    </head>
    <body>
    <header><h1>ledgerd</h1><p>\(prose(OpenAPIDocument.introduction))</p>
    <p>For programs: <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).</p></header>
    <nav aria-label="Contents"><a href="#signing">Signing</a>\(tagLinks)<a href="#schemas">What is answered</a>\
    <a href="#codes">Refusals</a></nav>
    <main>
    \(signing)
    \(OpenAPIDocument.tags.map { section($0.name, $0.text) }.joined(separator: "\n"))
    \(schemas)
    \(codes)
    </main>
    </body>
    </html>

    """

  private static var tagLinks: String {
    OpenAPIDocument.tags.map { "<a href=\"#\($0.name)\">\($0.name.capitalized)</a>" }.joined()
  }

  private static func section(_ tag: String, _ text: String) -> String {
    let calls = Operation.all.filter { $0.tag == tag }.map { $0.html }.joined(separator: "\n")
    return "<section id=\"\(tag)\"><h2>\(tag.capitalized)</h2><p>\(escape(text))</p>\n\(calls)</section>"
  }

  private static var schemas: String {
    let parts = Schema.components.map { name, schema in
      """
      <details id="schema-\(name)"><summary><code>\(name)</code> \(prose(firstSentence(schema.text)))</summary>
      <p>\(prose(schema.text))</p>\(schema.fieldTable)</details>
      """
    }
    return """
      <section id="schemas"><h2>What is answered</h2>
      <p>Amounts are integers of minor units. Instants are ISO 8601 in UTC.</p>
      \(parts.joined(separator: "\n"))</section>
      """
  }

  private static var codes: String {
    let rows = Refusal.Code.ofLedger.map { code in
      "<tr><td><code>\(code.rawValue)</code></td><td>\(escape(code.sentence))</td></tr>"
    }
    return """
      <section id="codes"><h2>Refusals</h2>
      <p>A refusal that is an object has a <code>code</code>, which never changes, and a sentence in <code>detail</code>. \
      The header <code>X-Refusal-Code</code> has the code too, also where an older client expects a bare string.</p>
      <div class="wide"><table><thead><tr><th>Code</th><th>In words</th></tr></thead><tbody>
      \(rows.joined(separator: "\n"))
      </tbody></table></div></section>
      """
  }

  private static func firstSentence(_ text: String) -> String {
    text.firstRange(of: ". ").map { String(text[..<$0.lowerBound]) + "." } ?? text
  }

  /// Text that is safe between tags and in attributes.
  static func escape(_ text: String) -> String {
    text.reduce(into: "") { escaped, character in
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.append(character)
      }
    }
  }

  /// Text in which backquotes mark code.
  static func prose(_ text: String) -> String {
    escape(text).split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .map { $0.offset.isMultiple(of: 2) ? String($0.element) : "<code>\($0.element)</code>" }.joined()
  }
}

extension Refusal.Code {
  /// Those that a client of the ledger can meet; the others are the kiosk's own.
  static let ofLedger: [Refusal.Code] = {
    let kiosks: Set<Refusal.Code> = [
      .uidMalformed, .uidRandom, .oneCardOnly, .cardUnreadable, .chargeUnknown, .chargeBusy, .chargeNotCancellable,
      .notPaired, .ledgerUnreachable, .ledgerRefused, .outcomeUnknown, .addressUnavailable, .readerMissing,
      .daemonUnreachable,
    ]
    return allCases.filter { !kiosks.contains($0) }
  }()
}
