import FedowProtocol
import Model

extension SignedDebit {
  /// Signs the body as the protocol wants it (section 1).
  /// - Throws: `Refusal` with code `key_invalid`.
  init(
    id: EntityID, card: String, wallet: EntityID, path: String, body: JSON, credentials: PlaceCredentials,
    witness: String? = nil, payee: EntityID? = nil
  ) throws(Refusal) {
    do {
      let headers = try credentials.headersForPost(body: body)
      guard let signature = headers.first(where: { $0.0 == "Signature" })?.1 else { throw Refusal(.keyInvalid) }
      self.init(
        id: id, card: card, wallet: wallet, path: path, body: Array(body.pythonDump().utf8), signature: signature,
        witness: witness, payee: payee)
    } catch {
      throw Refusal(.keyInvalid, "This kiosk's key cannot sign. Pair it again: tapctl pair STRING --replace")
    }
  }
}
