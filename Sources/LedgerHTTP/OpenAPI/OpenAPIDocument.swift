import FedowProtocol

/// The OpenAPI 3.1 document of the ledger, made of the descriptions beside the routes.
public enum OpenAPIDocument {
  /// The document.
  public static var json: JSON {
    [
      "openapi": "3.1.0",
      "info": [
        "title": "ledgerd", "version": "1",
        "summary": "The ledger of a federation of places: balances, cards and a chain of transactions.",
        "description": JSON(introduction),
        "license": ["name": "Apache License 2.0", "identifier": "Apache-2.0"],
      ],
      "servers": [["url": "/", "description": "This server"]],
      "tags": .array(tags.map { ["name": JSON($0.name), "description": JSON($0.text)] }),
      "paths": paths,
      "components": [
        "schemas": .object(JSONObject(Schema.components.map { ($0.name, $0.schema.json) })),
        "responses": .object(
          JSONObject(Operation.Reply.components.compactMap { reply in reply.component.map { ($0, reply.json()) } })),
        "headers": [
          "RefusalCode": [
            "description": "The stable code, also where the body is a bare string.", "schema": ["type": "string"],
          ],
          "RetryAfter": ["description": "Seconds to wait.", "schema": ["type": "integer"]],
        ],
        "securitySchemes": .object(
          JSONObject(
            Access.schemes.map {
              ($0.name, ["type": "apiKey", "in": "header", "name": JSON($0.header), "description": JSON($0.text)])
            })),
      ],
    ]
  }

  /// The document as it is checked in and served: indented, so that a change of it can be read.
  public static var text: String { json.indented + "\n" }

  static let introduction = """
    ledgerd speaks the protocol of a Fedow server to the tills (LaBoutik) and ticketing servers (Lespass) that exist, and \
    a native API to kiosks. Amounts are integers of minor units: 350 is 3.50. Paths end with a slash; one without is \
    understood too. Bodies are JSON of at most 4 MiB, nested at most 256 deep. The same signed POST sent again gets the \
    first answer and posts nothing. Every refusal that is an object has a stable `code` and a sentence in `detail` beside \
    the fields that older clients read, and every refusal has its code in the header `X-Refusal-Code`.
    """

  static let tags: [(name: String, text: String)] = [
    ("service", "Is it there, and what does it speak."),
    ("place", "The places of the federation, and how a till is paired with one."),
    ("card", "The cards: reading, creating, operators' cards, badges, refunds, owners."),
    ("transaction", "Refills, sales, memberships and the chain of what was posted."),
    ("asset", "The currencies, gifts, points, badges and memberships."),
    ("wallet", "The wallets of people and places."),
    ("federation", "Who accepts whose assets."),
    ("kiosk", "The native API of kiosks and of delegated authority."),
  ]

  /// Calls of one path stand together, in the order of their first.
  private static var paths: JSON {
    var object = JSONObject()
    for operation in Operation.all {
      var item = object[operation.path]?.object ?? JSONObject()
      item[operation.method.rawValue.lowercased()] = operation.json
      object[operation.path] = .object(item)
    }
    return .object(object)
  }
}

extension JSON {
  /// With two spaces a level, one entry a line; short arrays of plain values on one line.
  var indented: String { indented(by: "") }

  private func indented(by margin: String) -> String {
    let inner = margin + "  "
    switch self {
    case .array(let elements) where !elements.allSatisfy(\.isPlain):
      return "[\n" + elements.map { inner + $0.indented(by: inner) }.joined(separator: ",\n") + "\n\(margin)]"
    case .object(let object) where !object.entries.isEmpty:
      let lines = object.entries.map { entry in
        "\(inner)\(JSON.string(entry.key).compact): \(entry.value.indented(by: inner))"
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(margin)}"
    default: return compact
    }
  }

  private var isPlain: Bool { object == nil && elements == nil }
}
