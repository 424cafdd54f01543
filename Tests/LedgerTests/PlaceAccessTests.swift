import FedowProtocol
import Model
import Signing
import Testing

@testable import Ledger

@Suite("What a ticketing server's place may do")
struct PlaceAccessTests {
  /// Makes a person who administers the bar, with a key.
  private func administrator(_ ledger: LedgerFixture) async throws -> EntityID {
    let (wallet, user, place) = (EntityID.random(), EntityID.random(), ledger.place.uuid)
    let key = try RSAPrivateKey.generate().publicKey.pem
    try await ledger.store.write { books in
      try books.insertWallet(wallet, publicKey: key, at: .now())
      try books.insertUser(user, email: "admin@test", wallet: wallet, at: .now())
      try books.execute("UPDATE places SET admin = ? WHERE uuid = ?", [user.text, place.text])
    }
    return wallet
  }

  /// The body of an answer, or of a rejection.
  private func answer(_ ledger: LedgerFixture, _ command: any LedgerCommand) async throws -> (Int, JSON) {
    do {
      let answer = try await ledger.service.submit(command)
      return (answer.status, try JSON.parse(answer.body))
    } catch let rejection as Rejection {
      return (rejection.answer.status, try JSON.parse(rejection.answer.body))
    }
  }

  @Test("shares an asset that it issues, in a federation that is new or its own, by its administrator alone")
  func share() async throws {
    let ledger = try await LedgerFixture()
    let administration = Administration(store: ledger.store)
    let cafe = try await administration.createPlace(name: "Cafe").place
    let foreign = try await administration.createAsset(
      place: "Cafe", name: "Euro du Cafe", currency: "EUC", category: .localFiat)
    _ = try await administration.createFederation(name: "Hill", places: ["Cafe"], assets: [])
    let admin = try await administrator(ledger)
    try await ledger.running { _ in
      let share = { (asset: Books.Asset, name: String, signer: EntityID) in
        try await answer(
          ledger,
          ShareAsset(
            place: ledger.place.uuid, signer: signer,
            body: [
              "place_origin": JSON(ledger.place.uuid.text), "place_added": JSON(cafe.uuid.text),
              "asset": JSON(asset.uuid.text), "name": JSON(name),
            ]))
      }
      let isShared = { try await ledger.store.read { try $0.isShared(ledger.euro, with: cafe) } }
      #expect(try await share(foreign, "Quay", admin).1["asset"] != nil)
      #expect(try await share(ledger.euro, "Quay", try await ledger.link(LedgerFixture.tag)).0 == 403)
      #expect(try await share(ledger.euro, "Hill", admin).1["name"] != nil)
      #expect(try await isShared() == false)
      for asset in [ledger.euro, ledger.gift] {
        let shared = try await share(asset, "Quay", admin)
        #expect(shared.0 == 200 && shared.1["name"]?.text == "Quay")
      }
      #expect(try await isShared())
      let federations = try await administration.federations().filter { $0.name == "Quay" }
      #expect(federations.map(\.assets.count) == [2] && federations.map(\.places.count) == [2])
    }
  }

  @Test("gets a pairing key for its till once: not when it has one, and nobody but its administrator")
  func link() async throws {
    let stand = try await AuthorityStand()
    let ledger = stand.ledger
    let admin = try await administrator(ledger)
    try await ledger.running { _ in
      let link = { (signer: EntityID) in
        try await answer(ledger, LinkCashless(place: ledger.place.uuid, signer: signer))
      }
      #expect(try await link(try await ledger.link(LedgerFixture.tag)).0 == 403)
      #expect(try await link(admin).0 == 201)
      _ = try await stand.pair()
      let refused = try await link(admin)
      #expect(refused.0 == 405 && refused.1["code"]?.text == "already_exists")
    }
  }

  @Test("has a till only once it is paired: until then a key of its till opens nothing, however it is signed")
  func unpaired() async throws {
    let stand = try await AuthorityStand()
    let key = APIKey.generate()
    try await stand.ledger.store.write { [place = stand.ledger.place.uuid] in
      try $0.insertKey(key, purpose: .place, place: place, at: .now())
    }
    try await stand.ledger.running { _ in
      try await stand.refill(500, by: try await stand.pair())
      let stranger = AuthorityStand.Till(key: try .generate(), apiKey: key)
      await #expect(throws: Rejection.notAuthenticated) { try await stand.sale(1, by: stranger) }
    }
  }

  @Test("lists an asset's transactions where the asset is shared with it, and a page that there is not is none")
  func lists() async throws {
    let ledger = try await LedgerFixture()
    let cafe = try await Administration(store: ledger.store).createPlace(name: "Cafe").place
    let wallet = try await ledger.running { _ in
      _ = try await ledger.refill(LedgerFixture.tag, 100)
      return try await ledger.wallet(LedgerFixture.tag)
    }
    let queries = LedgerQueries(store: ledger.store)
    let body: JSON = [
      "asset_uuid": JSON(ledger.euro.uuid.text), "start_date": "2020-01-01T00:00:00Z",
      "end_date": "2099-01-01T00:00:00Z",
    ]
    #expect(try JSON.parse(try await queries.transactions(body, place: ledger.place).body).elements?.count == 2)
    await #expect(throws: Rejection.noSuch("Asset")) { try await queries.transactions(body, place: cafe) }
    #expect(try await queries.ownTransactions(wallet, page: 1, pageSize: 10, url: "u").status == 200)
    for page in [0, 2] {
      await #expect(throws: Rejection(status: 404, ["detail": "Page non valide."])) {
        try await queries.ownTransactions(wallet, page: page, pageSize: 10, url: "u")
      }
    }
  }

  @Test("who has no federated money needs no refund of it")
  func nothing() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      let owner = try await ledger.link(LedgerFixture.tag)
      let queries = LedgerQueries(store: ledger.store)
      #expect(try await queries.nothingToRefund(owner)?.status == 200)
      _ = try await service.submit(PayIn(amount: 100, wallet: owner))
      #expect(try await queries.nothingToRefund(owner) == nil)
    }
  }
}
