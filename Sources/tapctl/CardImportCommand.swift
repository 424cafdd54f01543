import ArgumentParser
import Console
import FedowProtocol
import Foundation
import Kiosk
import Model

/// `tapctl card import`.
struct CardImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Make the cards of a factory's list known.",
    discussion: """
      Each line, without a header: https://host/qr/<uuid>,<number printed>,<tag or full UID>
      The whole file is checked first, and with one fault nothing is sent. The cards then go in chunks of 500; after an
      interruption give the same command again, what is known already is left as it is.
      """)

  private static let chunk = 500

  @Argument(help: "The CSV file.", completion: .file(extensions: ["csv"]))
  var file: String

  @Option(help: "The batch.")
  var generation: Int64 = 1

  @Flag(help: "Only look for faults.")
  var dryRun = false

  @OptionGroup var agreement: Agreement
  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
        throw Refusal(.notFound, "\(file) cannot be read as UTF-8 text.")
      }
      let list = CardFile(checking: text)
      guard list.faults.isEmpty else {
        throw Refusal(.requestMalformed, CardFile.Faults(faults: list.faults).description)
      }
      guard list.count > 0 else { throw Refusal(.requestMalformed, "The file has no cards.") }
      var sent = 0
      if !dryRun {
        let question = "Make \(list.count) cards known, as generation \(generation)?"
        guard try Question.isAgreed(question, yes: agreement.yes) else { throw ExitCode(1) }
        sent = try await send(list.cards)
      }
      let report: JSON = [
        "cards": JSON(Int64(list.count)), "imported": JSON(Int64(sent)),
        "known_before": JSON(Int64(dryRun ? 0 : list.count - sent)),
      ]
      let words = dryRun ? "are good; nothing was sent" : "are known, \(sent) of them are new"
      Terminal.line(options.json ? report.compact : "\(list.count) cards \(words).")
    }
  }

  /// Sends what is not known yet; how many that was.
  private func send(_ cards: [CardFile.Line]) async throws -> Int {
    let bar = ProgressLine("cards")
    defer { bar.end() }
    var sent = 0
    for start in stride(from: 0, to: cards.count, by: Self.chunk) {
      let chunk = Array(cards[start..<min(start + Self.chunk, cards.count)])
      sent += try await send(chunk: chunk)
      bar.show(start + chunk.count, of: cards.count)
    }
    return sent
  }

  /// A chunk that an interrupted run left enrolled is told by its cards, all of which are as the file has them.
  private func send(chunk: [CardFile.Line]) async throws -> Int {
    let body: JSON = ["generation": JSON(generation), "cards": .array(chunk.map(Self.json))]
    do {
      _ = try await options.client.post("/v1/cards/enroll", body)
      return chunk.count
    } catch {
      for line in chunk where try await !isKnown(line) { throw error }
      return 0
    }
  }

  private func isKnown(_ line: CardFile.Line) async throws -> Bool {
    let found = try? await options.client.get("/v1/cards?q=\(CardQuery.escape("tag:\(line.firstTagID)"))")
    return found?["cards"]?.elements?.contains {
      $0["qrcode"]?.text == line.qrcode.text && $0["number_printed"]?.text == line.numberPrinted
    } ?? false
  }

  private static func json(_ line: CardFile.Line) -> JSON {
    [
      "uid": JSON(line.fullUID ?? line.firstTagID), "number_printed": JSON(line.numberPrinted),
      "qrcode": JSON(line.qrcode.text),
    ]
  }
}
