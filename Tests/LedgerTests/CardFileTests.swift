import FedowProtocol
import Model
import Testing

@testable import Ledger

@Suite("A card factory's list")
struct CardFileTests {
  private let line = "https://x.test/qr/f9486ab7-736c-42f8-956e-22294ba5415e,F9486AB7,333C9A6E"

  @Test("is read line by line, empty ones left out, with Windows' line ends too")
  func good() throws {
    let file = try CardFile(
      line + "\r\n\r\nhttps://x.test/qr/fb97e06a-a21f-4983-9350-64bbe933969b,FB97E06A,04A1B2C3D4E5F6\r\n")
    #expect(file.cards.map(\.numberPrinted) == ["F9486AB7", "FB97E06A"])
    #expect(file.cards.map(\.firstTagID) == ["333C9A6E", "8150BA8E"])
    #expect(file.cards.map(\.fullUID) == [nil, "04A1B2C3D4E5F6"])
  }

  @Test("every bad line is named with its number")
  func bad() {
    let text = """
      \(line)
      nope,F9486AB8,333C9A6F
      https://x.test/qr/fb97e06a-a21f-4983-9350-64bbe933969b,short,333C9A70
      https://x.test/qr/fb97e06a-a21f-4983-9350-64bbe933969c,FB97E06A,333C9A
      \(line)
      one,two
      """
    #expect(throws: CardFile.Faults.self) { try CardFile(text) }
    do {
      _ = try CardFile(text)
    } catch {
      #expect(error.faults.map(\.line) == [2, 3, 4, 5, 5, 5, 6])
    }
  }

  @Test("nothing is imported when one card of it is known already")
  func allOrNothing() async throws {
    let ledger = try await LedgerFixture()
    let file = try CardFile(
      """
      https://x.test/qr/fb97e06a-a21f-4983-9350-64bbe933969b,FB97E06A,11223344
      https://x.test/qr/f9486ab7-736c-42f8-956e-22294ba5415e,F9486AB7,\(LedgerFixture.tag)
      """)
    await #expect(throws: CardFile.Faults.self) {
      try await Administration(store: ledger.store).importCards(file, place: "Bar du Port", generation: 2)
    }
    #expect(try await ledger.store.read { try $0.card(tag: "11223344") } == nil)
  }

  @Test("bad lines and cards that are known are reported together, in the order of the lines")
  func everyFault() async throws {
    let ledger = try await LedgerFixture()
    let file = CardFile(
      checking: """
        https://x.test/qr/fb97e06a-a21f-4983-9350-64bbe933969b,FB97E06A,\(LedgerFixture.tag)
        nonsense
        https://x.test/qr/f9486ab7-736c-42f8-956e-22294ba5415e,F9486AB7,11223344
        """)
    let faults = await #expect(throws: CardFile.Faults.self) {
      try await Administration(store: ledger.store).importCards(
        file, place: "Bar du Port", generation: 2, isDryRun: true)
    }
    #expect(faults?.faults.map(\.line) == [1, 2])
  }

  @Test("a QR code and a number that another card has are named")
  func known() async throws {
    let ledger = try await LedgerFixture()
    let card = try #require(try await ledger.store.read { try $0.card(tag: LedgerFixture.tag) })
    let file = CardFile(checking: "https://x.test/qr/\(card.qrcode),\(card.numberPrinted),11223344")
    let faults = await #expect(throws: CardFile.Faults.self) {
      try await Administration(store: ledger.store).importCards(file, place: "Bar du Port", generation: 2)
    }
    #expect(
      faults?.faults.map(\.reason) == [
        "QR code \(card.qrcode) is known already", "number \(card.numberPrinted) is known already",
      ])
  }

  @Test("a file with every kind of fault reports each with its line, together with the place, and imports nothing")
  func everyKind() async throws {
    let ledger = try await LedgerFixture()
    let qr = { (end: String) in "https://x.test/qr/fb97e06a-a21f-4983-9350-64bbe93396\(end)" }
    let kinds: [(line: String, reason: String)] = [
      ("\(qr("01")),00000001,11111101", ""),
      ("\(qr("02")),00000002", "3 columns are expected (QR address, number, tag id), found 2"),
      ("https://x.test/qr/not-a-uuid,00000003,11111103", "'not-a-uuid' in the address is not a uuid"),
      ("ftp,0000000X,1111110", "'ftp' is not an address"),
      ("\(qr("01")),00000005,11111105", "QR code fb97e06a-a21f-4983-9350-64bbe9339601 is already on line 1"),
      ("\(qr("06")),00000001,11111106", "number 00000001 is already on line 1"),
      ("\(qr("07")),00000007,11111101", "tag 11111101 is already on line 1"),
      ("\(qr("08")),00000008,0400000000B6CF", ""),
      (
        "\(qr("09")),00000009,040000000179BD",
        "cards 040000000179BD and 0400000000B6CF (line 8) both have the tag CB375BA0"
      ),
      ("https://y.test/qr/fb97e06a-a21f-4983-9350-64bbe9339610,00000010,11111110", "the address is of y.test"),
      ("\(qr("11")),00000011,08111111", "is a random UID"),
      ("\(qr("12")),00000012,\(LedgerFixture.tag)", "Card \(LedgerFixture.tag) is known already"),
    ]
    let file = CardFile(checking: kinds.map(\.line).joined(separator: "\n"))
    let thrown = await #expect(throws: CardFile.Faults.self) {
      try await Administration(store: ledger.store).importCards(file, place: "Nowhere", generation: 2)
    }
    let faults = try #require(thrown).faults
    #expect(faults.first?.reason.contains("no place 'Nowhere'") == true)
    #expect(faults.map(\.line) == [0, 2, 3, 4, 4, 4, 5, 6, 7, 9, 10, 11, 12])
    for (index, kind) in kinds.enumerated() where !kind.reason.isEmpty {
      #expect(faults.contains { $0.line == index + 1 && $0.reason.contains(kind.reason) }, "\(kind)")
    }
    #expect(try await ledger.store.read { try $0.card(tag: "11111101") } == nil)
  }

  @Test("a mark before the text, as spreadsheets write it, is no part of the first line")
  func byteOrderMark() throws {
    #expect(try CardFile("\u{FEFF}" + line).count == 1)
  }
}
