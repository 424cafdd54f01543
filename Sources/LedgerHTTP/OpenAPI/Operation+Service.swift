/// The calls that tell whether the server is there and what it speaks.
extension Operation {
  private static let message = Schema.object([.field("message", .text("A greeting."))])

  static let hello: [Operation] = [
    .get(
      "/helloworld/", "hello", .open, "Is the server there?", answers: [.answer(200, "It is.", message)]),
    .get(
      "/helloworld_apikey/", "helloWithKey", .key, "Is this API key known?", answers: [.answer(200, "It is.", message)]),
    .post(
      "/helloworld_apikey/", "helloSigned", .place, "Is this signature right?", body: .anything("Any JSON."),
      answers: [.answer(200, "It is.", message)]),
  ]

  static let descriptions: [Operation] = [
    .get(
      "/openapi.json", "openapi", .open, "This document",
      answers: [.answer(200, "OpenAPI 3.1.", Schema.object([.field("openapi", .text("The version of OpenAPI."))]))]),
    Operation(
      method: .get, path: "/", id: "overview", summary: "The ledger at a glance", access: .open,
      answers: [.answer(200, "A page for people.", .text("HTML."))], media: "text/html"),
    Operation(
      method: .get, path: "/dashboard/", id: "dashboard", summary: "The same", access: .open,
      answers: [.answer(200, "A page for people.", .text("HTML."))], media: "text/html"),
    Operation(
      method: .get, path: "/docs/", id: "docs", summary: "This document for people", access: .open,
      answers: [.answer(200, "A page that loads nothing else.", .text("HTML."))], media: "text/html"),
  ]
}
