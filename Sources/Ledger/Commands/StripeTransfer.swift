import FedowProtocol

/// `POST /wallet/global_asset_bank_stripe_deposit/`: Stripe's word that it paid a place out.
public enum StripeTransfer {
  /// Whether a body has Stripe's event in it.
  /// - Throws: `Rejection` 400 with what is missing.
  public static func check(_ body: JSON) throws {
    var fields = try RequestFields(body)
    if let payload = fields.required("payload"), payload.object == nil {
      fields.refuse("payload", "Données invalides. Un dictionnaire est attendu.")
    }
    try fields.check()
  }
}
