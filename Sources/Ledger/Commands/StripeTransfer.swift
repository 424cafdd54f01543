import FedowProtocol
import Model
import Stripe

/// `POST /wallet/global_asset_bank_stripe_deposit/`: Stripe's word that it paid a place out.
public enum StripeTransfer {
  /// The transfer that a body's event is about: `tr_...`.
  ///
  /// The event itself is only a hint of where to look, because whoever sends it could have written it.
  /// - Throws: `Rejection` 400 with what is missing or of another kind.
  public static func transfer(in body: JSON) throws -> String {
    var fields = try RequestFields(body)
    if let payload = fields.required("payload") {
      if payload.object == nil {
        fields.refuse("payload", "Données invalides. Un dictionnaire est attendu.")
      } else if let event = StripeEvent(payload), let transfer = ConnectTransfer(event.object) {
        return transfer.id
      } else {
        fields.refuse("payload", "This is no event of Stripe's about a transfer.")
      }
    }
    try fields.check()
    throw Rejection(Refusal(.requestMalformed))
  }
}
