import Model
import Signing

/// What a person names a card by: the tag id, the full UID, the printed number, the QR code, or its holder's email.
public struct CardQuery: Hashable, Sendable {
  /// What the ledger looks for.
  public let text: String
  /// The tag id, when exactly that is named (`tag:333C9A6E`), as a card at the reader is.
  public let tag: String?

  private static let prefix = "tag:"

  /// Takes what was typed, read off a card or tapped.
  /// - Throws: `Refusal` with code `request_malformed` or `uid_malformed`.
  public init(_ typed: String) throws(Refusal) {
    let text = String(typed.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    guard (1...300).contains(text.utf8.count) else {
      throw Refusal(.requestMalformed, "Name a card by its tag, UID, printed number, QR code, or its holder's email.")
    }
    self.text = text
    tag = text.hasPrefix(Self.prefix) ? try TagUID(hex: String(text.dropFirst(Self.prefix.count))).firstTagID : nil
  }

  /// As it stands in a query: everything but letters, digits and `-._~` as `%XX`.
  public var escaped: String { Self.escape(text) }

  /// A text as a part of an address (RFC 3986, section 2.3).
  public static func escape(_ text: String) -> String {
    text.utf8.map { byte in
      let character = Character(UnicodeScalar(byte))
      let isPlain = byte < 0x80 && (character.isLetter || character.isNumber || "-._~".contains(character))
      return isPlain ? String(character) : "%" + Hexadecimal.encode([byte], uppercase: true)
    }.joined()
  }
}

extension CardQuery {
  /// Takes a part of an address as it was sent, with `%XX` for what may not stand there.
  /// - Throws: `Refusal` with code `request_malformed` or `uid_malformed`.
  public init(escaped: String) throws(Refusal) {
    var bytes: [UInt8] = []
    var rest = Array(escaped.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let decoded = Hexadecimal.decode(String(decoding: rest.prefix(2), as: UTF8.self)), decoded.count == 1 else {
        throw Refusal(.requestMalformed, "A percent sign in the address is not followed by two hexadecimal digits.")
      }
      bytes += decoded
      rest = rest.dropFirst(2)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Refusal(.requestMalformed, "The card's name in the address is not UTF-8.")
    }
    try self.init(text)
  }
}
