import FedowProtocol
import Foundation
import Ledger
import Logging
import Model
import Signing

/// A ledger with one place, one asset and many cards with money, filled in this process before `ledgerd` serves it.
struct SalesLedger {
  static let cardCount = 1000

  private(set) var dataDirectory: String
  let credentials: PlaceCredentials
  let place: EntityID
  let placeWallet: EntityID
  let asset: EntityID
  let operatorTag: String
  /// Tag and wallet of each customer's card.
  let cards: [(tag: String, wallet: EntityID)]

  /// Installs a ledger under the directory, with a paired place and its cards filled.
  init(directory: String, binaries: String) async throws {
    let ledgerd = Program(path: binaries + "/ledgerd")
    dataDirectory = directory + "/sales"
    let data = ["--data", dataDirectory]
    _ = try ledgerd.answer(["install", "--name", "Benchmark", "--domain", "http://127.0.0.1"] + data)
    let created = try ledgerd.answer(["place", "create", "Bar"] + data)
    let coin = try ledgerd.answer(
      ["asset", "create", "--place", "Bar", "--name", "Coin", "--currency", "COI", "--category", "TLF"] + data)
    guard let pairing = try created["pairing"]?.text.map({ try PairingString(parsing: $0) }),
      let asset = coin["uuid"]?.text.flatMap({ EntityID($0) })
    else { throw BenchError("ledgerd gave no pairing string or no asset") }
    self.asset = asset
    place = pairing.place
    let tags = (0...Self.cardCount).map { String(format: "%08X", 0x0A00_0000 + $0) }
    operatorTag = tags[0]
    let lines = tags.enumerated().map { number, tag in
      "http://127.0.0.1/qr/\(String(format: "%08x", number))-0000-4000-8000-000000000000,\(tag),\(tag)\n"
    }
    try Data(lines.joined().utf8).write(to: URL(filePath: directory + "/sales.csv"))
    _ = try ledgerd.answer(["card", "import", directory + "/sales.csv", "--place", "Bar"] + data)
    _ = try ledgerd.answer(["card", "primary", "--place", "Bar", "--tag", operatorTag] + data)

    let key = try RSAPrivateKey.generate()
    let body = Handshake.request(
      place: pairing.place, ip: "127.0.0.1", url: "https://localhost", adminKey: APIKey.generate().text,
      publicKeyPEM: key.publicKey.pem)
    guard let temporary = APIKey(pairing.temporaryKey) else { throw BenchError("the pairing key is malformed") }
    let pairPlace = PairPlace(key: temporary, body: body, signature: try key.sign(SignedMessage.post(body)))
    let (place, operatorTag) = (pairing.place, operatorTag)
    let (credentials, wallet, cards) = try await Self.withPostings(dataDirectory) { postings, _ in
      let answer = try await postings.submit(pairPlace)
      guard let granted = Handshake.Answer(parsing: Array(answer.body.utf8)) else { throw BenchError("not paired") }
      var cards: [(tag: String, wallet: EntityID)] = []
      for tag in tags.dropFirst() {
        let card = try JSON.parse(try await postings.submit(ReadCard(place: place, tag: tag)).body)
        guard let wallet = card["wallet"]?["uuid"]?.text.flatMap({ EntityID($0) }) else { throw BenchError("no card") }
        cards.append((tag, wallet))
      }
      for card in cards {
        let refill: JSON = [
          "amount": 1_000_000_000, "sender": JSON(granted.wallet.text), "receiver": JSON(card.wallet.text),
          "asset": JSON(asset.text), "user_card_firstTagId": JSON(card.tag),
          "primary_card_fisrtTagId": JSON(operatorTag),
        ]
        _ = try await postings.submit(PostTransaction(place: place, body: refill))
      }
      return (try PlaceCredentials(apiKey: granted.apiKey, key: key), granted.wallet, cards)
    }
    self.credentials = credentials
    placeWallet = wallet
    self.cards = cards
  }

  /// The same ledger under another name beside it, as it is on the disk now; one of this name goes.
  func copy(_ name: String) throws -> SalesLedger {
    var copy = self
    copy.dataDirectory = URL(filePath: dataDirectory).deletingLastPathComponent().appending(path: "sales-\(name)").path
    guard copy.dataDirectory != dataDirectory else { throw BenchError("a ledger is not copied onto itself") }
    try? FileManager.default.removeItem(atPath: copy.dataDirectory)
    try FileManager.default.copyItem(atPath: dataDirectory, toPath: copy.dataDirectory)
    // Nothing of the copying shall be left to write when something is measured.
    sync()
    return copy
  }

  /// The body of one sale, like a till's.
  func sale(_ number: Int) -> JSON {
    let card = cards[number % cards.count]
    return [
      "amount": 1, "sender": JSON(card.wallet.text), "receiver": JSON(placeWallet.text), "asset": JSON(asset.text),
      "comment": "Bar", "metadata": ["ticket": JSON(Int64(number))], "user_card_firstTagId": JSON(card.tag),
      "primary_card_fisrtTagId": JSON(operatorTag),
    ]
  }

  /// Posts so many sales in this process: history for the measurements to stand on.
  /// - Returns: postings a second, without HTTP and signatures.
  func grow(by count: Int) async throws -> Double {
    let (place, sales) = (place, self)
    let begin = ContinuousClock.now
    try await withPostings { postings, _ in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<count {
          if number >= SalesMeasurement.busiest { try await group.next() }
          group.addTask {
            let body = sales.sale(number)
            let key = "history:\(number):\(EntityID.random())"
            let guarding = ReplayGuard(place: place, key: key, content: SHA256.hex(of: key))
            _ = try await postings.submit(PostTransaction(place: place, body: body), guarded: guarding)
          }
        }
        try await group.waitForAll()
      }
    }
    let elapsed = (ContinuousClock.now - begin).milliseconds / 1000
    // As where history grew a sale at a time: nothing is left for a server to catch up with while it is measured.
    try await withPostings { postings, store in
      let logger = Logger(label: "bench")
      try await SealingService(store: store, postings: postings, bell: .init(), logger: logger).sealAll()
    }
    try await carryTotals()
    // What the system still has to write of a gigabyte of history would stand before the next measurement's commits.
    sync()
    return Double(count) / elapsed
  }

  /// How long `ledgerd card import` takes for a box of new cards.
  func secondsOfImport(_ count: Int, binaries: String, in directory: String) throws -> Double {
    let lines = (0..<count).map { number in
      let tag = String(format: "%08X", 0x7000_0000 + number)
      return "http://127.0.0.1/qr/\(EntityID.random()),\(tag),\(tag)\n"
    }
    let file = directory + "/box.csv"
    try Data(lines.joined().utf8).write(to: URL(filePath: file))
    let begin = ContinuousClock.now
    _ = try Program(path: binaries + "/ledgerd").answer(
      ["card", "import", file, "--place", "Bar", "--data", dataDirectory])
    return (ContinuousClock.now - begin).milliseconds / 1000
  }

  /// How long an operator waits for a card's history and for a report of all there is, the program's start included.
  func secondsOfReading(binaries: String) async throws -> [Figure] {
    let ledgerd = Program(path: binaries + "/ledgerd")
    let data = ["--data", dataDirectory]
    let questions = [
      ("card_history_s_1m", ["card", "history", cards[0].tag]),
      ("report_s_1m", ["report", "--from", "2020-01-01T00:00:00Z"]),
    ]
    return try questions.map { key, question in
      let begin = ContinuousClock.now
      _ = try ledgerd.answer(question + data)
      return Figure(key, (ContinuousClock.now - begin).milliseconds / 1000)
    }
  }

  /// Lets the totals of reports catch up.
  private func carryTotals() async throws {
    let (rests, rested) = AsyncStream<Void>.makeStream()
    let carrier = TotalsCarrier(
      store: try LedgerStore(path: dataDirectory + "/ledger.sqlite"), logger: Logger(label: "bench")
    ) { rested.yield() }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { try? await carrier.run() }
      _ = await rests.first { true }
      group.cancelAll()
    }
  }

  /// Recomputes all of it, as `ledgerd verify` does.
  func verificationsPerSecond() async throws -> Double {
    let begin = ContinuousClock.now
    let verdict = try await LedgerAudit(store: try LedgerStore(path: dataDirectory + "/ledger.sqlite")).run()
    guard verdict.isSound else { throw BenchError("the books are not sound: \(verdict.breaks)") }
    return Double(verdict.transactions) / ((ContinuousClock.now - begin).milliseconds / 1000)
  }

  /// Runs the ledger's writer in this process while the body runs.
  func withPostings<Value: Sendable>(
    _ body: @Sendable @escaping (PostingService, LedgerStore) async throws -> Value
  ) async throws -> Value {
    try await Self.withPostings(dataDirectory, body)
  }

  private static func withPostings<Value: Sendable>(
    _ dataDirectory: String, _ body: @Sendable @escaping (PostingService, LedgerStore) async throws -> Value
  ) async throws -> Value {
    let store = try LedgerStore(path: dataDirectory + "/ledger.sqlite")
    let postings = PostingService(store: store, logger: Logger(label: "bench"))
    return try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask {
        try await postings.run()
        return nil
      }
      group.addTask { try await body(postings, store) }
      while let value = try await group.next() {
        guard let value else { continue }
        group.cancelAll()
        return value
      }
      throw BenchError("the posting service ended")
    }
  }
}
