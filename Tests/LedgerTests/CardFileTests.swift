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

  @Test("a mark before the text, as spreadsheets write it, is no part of the first line")
  func byteOrderMark() throws {
    #expect(try CardFile("\u{FEFF}" + line).count == 1)
  }
}
