import Model
import Signing

/// A card factory's list: `https://host/qr/<uuid4>,<number printed>,<tag id>` a line, no header.
///
/// The third column is the 8-digit tag id, or the full UID of 14 or 20 digits, of which the tag id is made.
public struct CardFile: Sendable {
  /// The good cards, in the order of their lines.
  public let cards: [Line]
  /// What is wrong with the others; a file with a fault is not imported.
  public let faults: [Fault]

  /// One good line.
  public struct Line: Sendable {
    /// The line's, counted from 1.
    public let number: Int
    /// What the QR code's address names.
    public let qrcode: EntityID
    /// 8 hexadecimal digits.
    public let numberPrinted: String
    /// The 8-digit tag id.
    public let firstTagID: String
    /// 14 or 20 digits; nil when the list gave the tag id only.
    public let fullUID: String?
  }

  /// What is wrong with one line.
  public struct Fault: Hashable, Sendable {
    /// Counted from 1.
    public let line: Int
    /// What, and what to write instead.
    public let reason: String

    /// A fault of a line.
    public init(line: Int, reason: String) {
      self.line = line
      self.reason = reason
    }
  }

  /// Every fault of a file; nothing of it was imported.
  public struct Faults: Error, Sendable, CustomStringConvertible {
    /// In the order of the lines.
    public let faults: [Fault]

    /// Those faults.
    public init(faults: [Fault]) { self.faults = faults }

    /// One fault a line.
    public var description: String {
      faults.map { "line \($0.line): \($0.reason)" }.joined(separator: "\n")
    }
  }

  /// How many cards it lists.
  public var count: Int { cards.count }

  /// Reads the whole file.
  /// - Throws: `Faults` with every bad line and every value that comes twice.
  public init(_ text: String) throws(Faults) {
    self.init(checking: text)
    guard faults.isEmpty else { throw Faults(faults: faults) }
  }

  /// Reads the whole file and keeps what is wrong with it, to be reported together with what the ledger has against it.
  public init(checking text: String) {
    var cards: [Line] = []
    var faults: [Fault] = []
    var seen: [String: Int] = [:]
    // Spreadsheets put a mark before UTF-8.
    let lines = (text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...])
      .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() where line.contains(where: { !$0.isWhitespace }) {
      let number = index + 1
      do {
        let card = try Self.read(line, number: number)
        for key in ["QR code \(card.qrcode)", "number \(card.numberPrinted)", "tag \(card.firstTagID)"] {
          if let first = seen[key] {
            faults.append(Fault(line: number, reason: "\(key) is already on line \(first)"))
          } else {
            seen[key] = number
          }
        }
        cards.append(card)
      } catch {
        faults.append(error)
      }
    }
    self.cards = cards
    self.faults = faults
  }

  private static func read(_ line: Substring, number: Int) throws(Fault) -> Line {
    let columns = line.split(separator: ",", omittingEmptySubsequences: false).map {
      String($0.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
    guard columns.count == 3 else {
      throw Fault(line: number, reason: "3 columns are expected (QR address, number, tag id), found \(columns.count)")
    }
    guard let slash = columns[0].range(of: "/qr/"), columns[0].hasPrefix("http"),
      let qrcode = EntityID(String(columns[0][slash].prefix { $0 != "/" }))
    else {
      throw Fault(line: number, reason: "'\(columns[0])' is not an address like https://host/qr/<uuid>")
    }
    guard columns[1].utf8.count == 8, Hexadecimal.decode(columns[1]) != nil else {
      throw Fault(line: number, reason: "'\(columns[1])' is not a printed number of 8 hexadecimal digits")
    }
    guard let uid = try? TagUID(hex: columns[2]) else {
      throw Fault(line: number, reason: "'\(columns[2])' is not a tag id of 8, 14 or 20 hexadecimal digits")
    }
    guard !uid.isRandom else {
      throw Fault(line: number, reason: "\(uid) is a random UID (first byte 08); such a card cannot be known again")
    }
    return Line(
      number: number, qrcode: qrcode, numberPrinted: columns[1].uppercased(), firstTagID: uid.firstTagID,
      fullUID: uid.bytes.count == 4 ? nil : uid.description)
  }
}

extension CardFile.Fault: Error {}

extension String {
  /// The indices after the first occurrence of a text.
  fileprivate func range(of needle: String) -> PartialRangeFrom<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(needle) { return index(start, offsetBy: needle.count)... }
      start = index(after: start)
    }
    return nil
  }
}
