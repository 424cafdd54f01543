import FedowProtocol
import Model

extension Administration {
  /// Writes a card file down, all of it or nothing.
  ///
  /// - Parameters:
  ///   - isDryRun: only looks for faults.
  ///   - progress: is told how many cards are done, every thousand.
  /// - Returns: how many cards the file has.
  /// - Throws: `CardFile.Faults` with every bad line of the file and every line whose card exists already; `Refusal` with
  ///   `not_found`.
  public func importCards(
    _ file: CardFile, place: String, generation: Int64, isDryRun: Bool = false,
    progress: @Sendable @escaping (Int) -> Void = { _ in }
  ) async throws -> Int {
    try await write { ledger in
      let known: Books.Place?
      var faults = file.faults + (try file.cards.flatMap { try Self.conflicts(of: $0, in: ledger.books) })
      do {
        known = try ledger.books.existingPlace(place)
      } catch let refusal as Refusal {
        guard !faults.isEmpty else { throw refusal }
        (known, faults) = (nil, faults + [CardFile.Fault(line: 0, reason: refusal.sentence)])
      }
      guard faults.isEmpty, let place = known else {
        throw CardFile.Faults(faults: faults.sorted { $0.line < $1.line })
      }
      guard file.count > 0 else { throw Refusal(.requestMalformed, "The file has no cards; nothing was imported.") }
      if isDryRun { return file.count }
      for (index, line) in file.cards.enumerated() {
        let card = Books.NewCard(
          uuid: ledger.newID(), firstTagID: line.firstTagID, fullUID: line.fullUID, completeTagID: nil,
          qrcode: line.qrcode, numberPrinted: line.numberPrinted, generation: generation)
        try ledger.books.insertCard(card, origin: place.uuid, at: ledger.now)
        if (index + 1).isMultiple(of: 1000) { progress(index + 1) }
      }
      return file.count
    }
  }

  private static func conflicts(of line: CardFile.Line, in books: Books) throws -> [CardFile.Fault] {
    var faults: [CardFile.Fault] = []
    if let other = try books.card(tag: line.firstTagID) {
      let uid = try TagUID(hex: line.fullUID ?? line.firstTagID)
      faults.append(CardFile.Fault(line: line.number, reason: try books.clash(of: uid, with: other).sentence))
    }
    if try books.card(qrcode: line.qrcode) != nil {
      faults.append(CardFile.Fault(line: line.number, reason: "QR code \(line.qrcode) is known already"))
    }
    if try books.card(numberPrinted: line.numberPrinted) != nil {
      faults.append(CardFile.Fault(line: line.number, reason: "number \(line.numberPrinted) is known already"))
    }
    return faults
  }
}
