import ArgumentParser
import LedgerHTTP

/// Prints the description of the API.
struct OpenAPI: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "openapi",
    abstract: "Print the API's OpenAPI 3.1 document, as the server answers it at /openapi.json.",
    discussion: "For people the server has a page at /docs/. Needs no ledger.")

  @Flag(name: .long, help: "Print JSON; it is never anything else.")
  var json = false

  func run() { print(OpenAPIDocument.text, terminator: "") }
}
