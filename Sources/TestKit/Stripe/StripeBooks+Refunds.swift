import FedowProtocol

/// Money that goes back.
extension StripeBooks {
  mutating func createRefund(_ call: StripeCall, now: Int64) -> StripeReply {
    guard let intent = call.text("payment_intent"), let payment = thing(intent, "payment_intent"),
      let charge = payment["latest_charge"]?.text.flatMap({ thing($0, "charge") }), let id = charge["id"]?.text,
      let taken = charge["amount"]?.int64, let back = charge["amount_refunded"]?.int64
    else {
      return .invalid("No such payment_intent", code: "resource_missing", parameter: "payment_intent")
    }
    guard charge["disputed"]?.bool != true else {
      return .invalid("Charge \(id) has been charged back.", code: "charge_disputed")
    }
    guard back < taken else {
      return .invalid("Charge \(id) has already been refunded.", code: "charge_already_refunded")
    }
    let amount = call.number("amount") ?? taken - back
    guard amount > 0, amount <= taken - back else {
      return .invalid("Refund amount (\(amount)) is greater than unrefunded amount on charge.", parameter: "amount")
    }
    let refund = newID("re_")
    insert([
      "id": JSON(refund), "object": "refund", "amount": JSON(amount), "charge": JSON(id), "created": JSON(now),
      "currency": charge["currency"] ?? "eur", "metadata": call.within("metadata"), "payment_intent": JSON(intent),
      "reason": nil, "status": refundsPend ? "pending" : "succeeded",
    ])
    giveBack(amount, of: id)
    record("refund.created", refund, at: now)
    record("charge.refunded", id, at: now)
    return StripeReply(things[refund].map { .object($0) } ?? nil)
  }

  /// A pending refund arrives, or comes back.
  mutating func end(refund id: String, succeeded: Bool, at now: Int64) {
    guard let refund = thing(id, "refund"), refund["status"]?.text == "pending", let amount = refund["amount"]?.int64
    else { return }
    change(id, [("status", succeeded ? "succeeded" : "failed")])
    if !succeeded {
      change(id, [("failure_reason", "expired_or_canceled_card")])
      if let charge = refund["charge"]?.text { giveBack(-amount, of: charge) }
    }
    record(succeeded ? "refund.updated" : "refund.failed", id, at: now)
    if !succeeded { record("charge.refund.updated", id, at: now) }
  }

  /// The payer's bank contests a payment and takes the money back.
  mutating func dispute(_ intent: String, at now: Int64) {
    guard let charge = thing(intent, "payment_intent")?["latest_charge"]?.text,
      let amount = thing(charge, "charge")?["amount"]?.int64
    else { return }
    let id = newID("dp_")
    change(charge, [("disputed", true)])
    balance -= amount
    insert([
      "id": JSON(id), "object": "dispute", "amount": JSON(amount), "charge": JSON(charge), "created": JSON(now),
      "currency": "eur", "livemode": false, "metadata": [:], "payment_intent": JSON(intent), "reason": "fraudulent",
      "status": "needs_response",
    ])
    record("charge.dispute.created", id, at: now)
  }

  private mutating func giveBack(_ amount: Int64, of charge: String) {
    let back = (things[charge]?["amount_refunded"]?.int64 ?? 0) + amount
    change(charge, [("amount_refunded", JSON(back)), ("refunded", .bool(back == things[charge]?["amount"]?.int64))])
    balance -= amount
  }
}
