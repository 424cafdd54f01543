import FedowProtocol
import Ledger
import Model
import Signing

/// How a kiosk becomes a device of its place.
enum Enrolment {
  static func command(code: EnrolmentCode, key: RSAPrivateKey) throws -> EnrolDevice {
    let body: JSON = ["code": JSON(code.text), "public_key": JSON(key.publicKey.pem)]
    return EnrolDevice(body: body, signature: try key.sign(SignedMessage.post(body)))
  }

  static func result(_ answer: Answer, key: RSAPrivateKey) throws -> (PlaceCredentials, EntityID) {
    let json = try JSON.parse(answer.bodyBytes)
    guard let apiKey = json["api_key"]?.text, let device = json["device"]?.text.flatMap({ EntityID($0) }) else {
      throw Refusal(.pairingInvalid)
    }
    return (try PlaceCredentials(apiKey: apiKey, key: key), device)
  }
}

/// How a place fills a card.
enum Refill {
  static func body(
    _ amount: Int64, of asset: EntityID, to wallet: EntityID, tag: String, at site: Template.Site, id: EntityID? = nil
  ) -> JSON {
    [
      "amount": JSON(amount), "sender": JSON(site.wallet.text), "receiver": JSON(wallet.text),
      "asset": JSON(asset.text), "user_card_firstTagId": JSON(tag),
      "primary_card_fisrtTagId": JSON(site.operatorTag), "metadata": id.map { ["refill_id": JSON($0.text)] } ?? nil,
    ]
  }

  static func command(
    _ amount: Int64, of asset: EntityID, to wallet: EntityID, tag: String, at site: Template.Site
  ) -> PostTransaction {
    PostTransaction(place: site.place, body: body(amount, of: asset, to: wallet, tag: tag, at: site))
  }

  /// How the ledger's HTTP face knows a repetition: by the client's own key.
  static func replayGuard(_ id: EntityID, _ body: JSON, at site: Template.Site) -> ReplayGuard {
    ReplayGuard(place: site.place, key: "key:\(id.text)", content: "POST /transaction/\n\(body.pythonDump())")
  }
}
