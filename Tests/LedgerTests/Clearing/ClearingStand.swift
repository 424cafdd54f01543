import FedowProtocol
import Model
import Rules

@testable import Ledger

/// Three places that took each other's money: the bar holds 300 of the cafe's and 100 of the mill's, the cafe 120 of the
/// bar's, the mill nothing. So the bar gets 280, the cafe pays 180 and the mill pays 100.
struct ClearingStand: Sendable {
  let shared: SharedStand
  let mill: Books.Place
  let milled: Books.Asset

  var ledger: LedgerFixture { shared.ledger }
  var bar: Books.Place { ledger.place }
  var cafe: Books.Place { shared.cafe }
  var administration: Administration { shared.administration }

  /// - Important: runs while the ledger's writer does.
  init() async throws {
    shared = try await SharedStand()
    let administration = shared.administration
    mill = try await administration.createPlace(name: "Mill").place
    milled = try await administration.createAsset(
      place: "Mill", name: "Euro du Moulin", currency: "EUM", category: .localFiat)
    _ = try await administration.change(federation: "Quay", .addPlace("Mill"))
    _ = try await administration.change(federation: "Quay", .addAsset("Euro du Moulin"))
  }

  /// Has cards pay so that everyone stands where the stand says.
  func trade() async throws {
    let wallet = try await ledger.wallet(LedgerFixture.tag)
    for (issuer, asset, holder, amount) in [
      (cafe, shared.foreign, bar, 300), (mill, milled, bar, 100), (bar, ledger.euro, cafe, 120),
    ] as [(Books.Place, Books.Asset, Books.Place, Int64)] {
      let made = try PostingRules.refill(
        terms: asset.terms, from: issuer.wallet, to: wallet, amount: Amount(minorUnits: amount))
      _ = try await ledger.service.submit(PostAll(postings: made))
      _ = try await ledger.service.submit(
        PostDebit(
          place: holder.uuid,
          debit: try DebitRequest([
            "id": JSON(EntityID.random().text), "card": JSON(LedgerFixture.tag),
            "parts": [["asset": JSON(asset.uuid.text), "amount": JSON(amount)]],
          ])))
    }
  }

  /// Gives a place primary tokens, as a payment at Stripe does.
  func fund(_ place: Books.Place, _ amount: Int64) async throws {
    _ = try await ledger.service.submit(PayIn(amount: amount, wallet: place.wallet))
  }

  func propose(
    _ netting: ClearingNetting = .multilateral, by means: ClearingMeans = .primary,
    _ change: (inout ClearingRequest) -> Void = { _ in }
  ) async throws -> JSON {
    var request = ClearingRequest(federation: "Quay")
    (request.netting, request.means) = (netting, means)
    change(&request)
    return try await administration.proposeClearing(request)
  }

  func say(
    _ act: AnswerClearing.Act, _ clearing: JSON, _ place: Books.Place,
    _ fields: JSONObject = JSONObject()
  ) -> AnswerClearing {
    AnswerClearing(
      act, place: place.uuid, device: EntityID.random(), clearing: Self.id(clearing),
      body: .object(fields))
  }

  func agree(_ clearing: JSON, _ place: Books.Place, net: Int64) async throws -> String {
    try await shared.outcome(say(.agree, clearing, place, JSONObject([("net", JSON(net))])))
  }

  func shown(_ clearing: JSON) async throws -> JSON {
    try await administration.clearing(Self.id(clearing))
  }

  func states(_ clearing: JSON) async throws -> [String] {
    (try await shown(clearing)["parts"]?.elements ?? []).compactMap { $0["state"]?.text }
  }

  /// What a place holds of an asset; nil: of the federated one.
  func balance(_ place: Books.Place, _ asset: Books.Asset? = nil) async throws -> Int64 {
    try await ledger.store.read { books in
      guard let asset = try asset ?? books.federatedAsset() else { throw Refusal(.ledgerBroken) }
      return try books.balance(of: asset.uuid, in: place.wallet) ?? 0
    }
  }

  static func id(_ clearing: JSON) -> EntityID {
    guard let id = clearing["id"]?.text.flatMap({ EntityID($0) }) else { return EntityID.random() }
    return id
  }

  static func nets(_ clearing: JSON) -> [String: Int64] {
    Dictionary(
      (clearing["positions"]?.elements ?? []).map {
        ($0["place_name"]?.text ?? "", $0["net"]?.int64 ?? 0)
      },
      uniquingKeysWith: { first, _ in first })
  }
}
