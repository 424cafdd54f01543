import FedowProtocol
import Foundation
import Model
import Signing
import Transport

/// Lets the places of a plan in: each makes its key and pairs with the ledger, as a till does.
public struct FestivalEntry: Sendable {
  let plan: FestivalPlan
  let url: String?

  /// - Parameter url: the ledger's address, when the one in the pairing strings cannot be reached from here.
  public init(_ plan: FestivalPlan, url: String?) {
    self.plan = plan
    self.url = url
  }

  /// Pairs every place and finds the money; a pairing string is used up by it.
  /// - Throws: `Refusal` with what the ledger says.
  public func prepare() async throws -> Festival {
    let connection = HTTPConnection(
      label: "festival.entry", limits: HTTPLimits(connectMilliseconds: 5000, totalMilliseconds: 30_000))
    var stalls: [Festival.Stall] = []
    for place in plan.places { stalls.append(try await pair(place, over: connection)) }
    let asset: EntityID
    if let named = plan.asset {
      asset = named
    } else {
      asset = try await ownAsset(of: stalls[0], over: connection)
    }
    return Festival(ledgerURL: ledgerURL(plan.places[0]), asset: asset, stalls: stalls, cards: plan.cards)
  }

  private func ledgerURL(_ place: FestivalPlan.Place) -> String {
    PairingString(
      domain: url ?? place.pairing.domain, place: place.pairing.place, temporaryKey: place.pairing.temporaryKey
    ).baseURL
  }

  /// `POST /place/handshake/`, form-encoded as the tills send it.
  private func pair(_ place: FestivalPlan.Place, over connection: HTTPConnection) async throws -> Festival.Stall {
    let key = try RSAPrivateKey.generate()
    let body = Handshake.request(
      place: place.pairing.place, ip: "127.0.0.1", url: "https://localhost", adminKey: APIKey.generate().text,
      publicKeyPEM: key.publicKey.pem)
    guard let fields = body.object else { throw Refusal(.requestMalformed) }
    let request = HTTPRequest(
      method: "POST", url: ledgerURL(place) + "/place/handshake/",
      headers: [
        "Authorization: Api-Key \(place.pairing.temporaryKey)",
        "Signature: \(Base64URL.encode(try key.sign(SignedMessage.post(body))))",
        "Content-Type: application/x-www-form-urlencoded",
      ], body: FormBody.encode(fields), isRepeatable: false)
    let answer = try await Self.send(request, over: connection)
    guard let granted = Handshake.Answer(parsing: answer.body) else {
      throw Refusal(
        .pairingInvalid, "The ledger does not take the pairing string of '\(place.name)': HTTP \(answer.status).")
    }
    return Festival.Stall(
      name: place.name, place: place.pairing.place, wallet: granted.wallet, operatorCard: place.operatorCard,
      credentials: try PlaceCredentials(apiKey: granted.apiKey, key: key))
  }

  /// The first local money that the place issues.
  private func ownAsset(of stall: Festival.Stall, over connection: HTTPConnection) async throws -> EntityID {
    let answer = try await Self.send(stall.get("/asset/", at: ledgerURL(plan.places[0])), over: connection)
    let assets = (try? JSON.parse(answer.body))?.elements ?? []
    let own = assets.first { asset in
      asset["category"]?.text == AssetCategory.localFiat.rawValue
        && asset["wallet_origin"]?.text == stall.wallet.text
    }
    guard let id = own?["uuid"]?.text.flatMap({ EntityID($0) }) else {
      throw Refusal(
        .notFound, "'\(stall.name)' issues no local money (TLF). Name one in the plan: \"asset\": \"UUID\".")
    }
    return id
  }

  private static func send(_ request: HTTPRequest, over connection: HTTPConnection) async throws(Refusal)
    -> HTTPResponse
  {
    do {
      return try await connection.send(request)
    } catch {
      throw Refusal(.ledgerUnreachable, "\(request.url) does not answer: \(error.reason).")
    }
  }
}
