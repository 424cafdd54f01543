import Model
import Signing

/// One line of a card factory's list, column by column: what is good of it, and everything that is wrong with it.
struct CardFileColumns {
  /// The host of the QR code's address: one file is for one place.
  private(set) var host: String?
  private(set) var qrcode: EntityID?
  private(set) var number: String?
  private(set) var uid: TagUID?
  private(set) var faults: [String] = []

  init(_ line: Substring) {
    let columns = line.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmed }
    guard columns.count == 3 else {
      faults = ["3 columns are expected (QR address, number, tag id), found \(columns.count)"]
      return
    }
    readAddress(columns[0])
    if columns[1].utf8.count == 8, Hexadecimal.decode(columns[1]) != nil {
      number = columns[1].uppercased()
    } else {
      faults.append("'\(columns[1])' is not a printed number of 8 hexadecimal digits")
    }
    readTag(columns[2])
  }

  private mutating func readAddress(_ text: String) {
    guard text.hasPrefix("https://") || text.hasPrefix("http://"), let host = text.rest(after: "://"),
      let code = host.description.rest(after: "/qr/")
    else {
      faults.append("'\(text)' is not an address like https://host/qr/<uuid>")
      return
    }
    self.host = host.prefix { $0 != "/" }.lowercased()
    qrcode = EntityID(String(code.prefix { $0 != "/" }))
    if qrcode == nil { faults.append("'\(code)' in the address is not a uuid") }
  }

  private mutating func readTag(_ text: String) {
    guard let uid = try? TagUID(hex: text) else {
      faults.append("'\(text)' is not a tag id of 8, 14 or 20 hexadecimal digits")
      return
    }
    guard !uid.isRandom else {
      faults.append("\(uid) is a random UID (first byte 08); such a card cannot be known again")
      return
    }
    self.uid = uid
  }

  /// The card, when the line has nothing wrong in itself.
  func card(line: Int) -> CardFile.Line? {
    guard let qrcode, let number, let uid else { return nil }
    return CardFile.Line(
      number: line, qrcode: qrcode, numberPrinted: number, firstTagID: uid.firstTagID,
      fullUID: uid.bytes.count == 4 ? nil : uid.description)
  }
}

/// What the lines before said, so that nothing comes twice.
struct CardFileMemory {
  private var lines: [String: Int] = [:]
  private var tags: [String: (line: Int, uid: TagUID)] = [:]
  private var host: (name: String, line: Int)?

  /// What is wrong with a line beside those before it.
  mutating func faults(of columns: CardFileColumns, line: Int) -> [String] {
    var faults: [String] = []
    if let name = columns.host {
      if let host, host.name != name {
        faults.append("the address is of \(name), that on line \(host.line) of \(host.name): a file is of one place")
      }
      host = host ?? (name, line)
    }
    for key in [columns.qrcode.map { "QR code \($0)" }, columns.number.map { "number \($0)" }].compactMap({ $0 }) {
      if let first = lines[key] { faults.append("\(key) is already on line \(first)") }
      lines[key] = lines[key] ?? line
    }
    guard let uid = columns.uid else { return faults }
    let tag = uid.firstTagID
    guard let first = tags[tag] else {
      tags[tag] = (line, uid)
      return faults
    }
    let isCollision = first.uid != uid && first.uid.bytes.count > 4 && uid.bytes.count > 4
    return faults + [
      isCollision
        ? "cards \(uid) and \(first.uid) (line \(first.line)) both have the tag \(tag); only one of them can be used"
        : "tag \(tag) is already on line \(first.line)"
    ]
  }
}
