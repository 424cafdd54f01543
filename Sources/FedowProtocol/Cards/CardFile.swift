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
    /// Counted from 1; 0 for what is wrong with the whole.
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
      faults.map { $0.line == 0 ? $0.reason : "line \($0.line): \($0.reason)" }.joined(separator: "\n")
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
    // Spreadsheets put a mark before UTF-8.
    let lines = (text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...])
      .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    var seen = CardFileMemory()
    var cards: [Line] = []
    var faults: [Fault] = []
    for (index, line) in lines.enumerated() where line.contains(where: { !$0.isWhitespace }) {
      let columns = CardFileColumns(line)
      let reasons = columns.faults + seen.faults(of: columns, line: index + 1)
      faults += reasons.map { Fault(line: index + 1, reason: $0) }
      if let card = columns.card(line: index + 1) { cards.append(card) }
    }
    self.cards = cards
    self.faults = faults
  }
}
