import FedowProtocol

/// Pages on which somebody pays.
extension StripeBooks {
  mutating func createPrice(_ call: StripeCall, now: Int64) -> StripeReply {
    guard let currency = call.text("currency") else { return .invalid("currency", parameter: "currency") }
    let id = newID("price_")
    insert([
      "id": JSON(id), "object": "price", "active": true, "billing_scheme": "per_unit", "created": JSON(now),
      "currency": JSON(currency), "custom_unit_amount": call.within("custom_unit_amount"), "livemode": false,
      "metadata": call.within("metadata"), "product": JSON(newID("prod_")), "type": "one_time",
      "unit_amount": call.number("unit_amount").map { JSON($0) } ?? nil,
    ])
    return StripeReply(things[id].map { .object($0) } ?? nil)
  }

  mutating func createSession(_ call: StripeCall, url: String, now: Int64) -> StripeReply {
    guard call.text("mode") == "payment", call.number("line_items[0][quantity]") == 1 else {
      return .invalid("Missing required param: mode.", parameter: "mode")
    }
    guard let success = call.text("success_url"), success.hasPrefix("http") else {
      return .invalid("Not a valid URL", code: "url_invalid", parameter: "success_url")
    }
    let fixed = call.number("line_items[0][price_data][unit_amount]")
    let price = call.text("line_items[0][price]").flatMap { thing($0, "price") }
    guard fixed != nil || price != nil else {
      return .invalid("No such price", code: "resource_missing", parameter: "line_items[0][price]")
    }
    if let fixed, fixed < 50 {
      return .invalid("The amount is too small.", code: "amount_too_small", parameter: "line_items[0]")
    }
    let id = newID("cs_test_")
    let preset = price?["custom_unit_amount"]?["preset"]?.text.flatMap { Int64($0) }
    insert([
      "id": JSON(id), "object": "checkout.session", "amount_subtotal": JSON(fixed ?? preset ?? 0),
      "amount_total": JSON(fixed ?? preset ?? 0), "cancel_url": JSON(call.text("cancel_url")),
      "client_reference_id": JSON(call.text("client_reference_id")), "created": JSON(now),
      "currency": JSON(call.text("line_items[0][price_data][currency]") ?? price?["currency"]?.text),
      "customer_email": JSON(call.text("customer_email")),
      "expires_at": JSON(call.number("expires_at") ?? now + 86_400),
      "livemode": false, "metadata": call.within("metadata"), "mode": "payment", "payment_intent": nil,
      "payment_method_types": ["card"], "payment_status": "unpaid", "status": "open",
      "success_url": JSON(success), "url": JSON("\(url)/c/pay/\(id)"),
      // Stripe does not give it back; it goes to the payment.
      "intent_metadata": call.within("payment_intent_data[metadata]"), "is_chosen": .bool(fixed == nil),
    ])
    return StripeReply(things[id].map { .object($0) } ?? nil)
  }

  /// Somebody pays, in the amount that they choose where they may.
  /// - Returns: the payment; nil when the page cannot be paid.
  mutating func pay(_ session: String, amount chosen: Int64?, at now: Int64) -> String? {
    guard let page = thing(session, "checkout.session"), page["status"]?.text == "open",
      let preset = page["amount_total"]?.int64
    else { return nil }
    let amount = page["is_chosen"]?.bool == true ? chosen ?? preset : preset
    let (intent, charge) = (newID("pi_"), newID("ch_"))
    insert([
      "id": JSON(intent), "object": "payment_intent", "amount": JSON(amount), "amount_received": JSON(amount),
      "created": JSON(now), "currency": page["currency"] ?? "eur", "latest_charge": JSON(charge), "livemode": false,
      "metadata": page["intent_metadata"] ?? [:], "status": "succeeded",
    ])
    insert([
      "id": JSON(charge), "object": "charge", "amount": JSON(amount), "amount_captured": JSON(amount),
      "amount_refunded": 0, "captured": true, "created": JSON(now), "currency": page["currency"] ?? "eur",
      "disputed": false, "livemode": false, "metadata": page["intent_metadata"] ?? [:], "paid": true,
      "payment_intent": JSON(intent), "refunded": false, "status": "succeeded",
    ])
    change(
      session,
      [
        ("amount_subtotal", JSON(amount)), ("amount_total", JSON(amount)), ("payment_intent", JSON(intent)),
        ("payment_status", "paid"), ("status", "complete"), ("url", nil),
      ])
    balance += amount
    record("charge.succeeded", charge, at: now)
    record("payment_intent.succeeded", intent, at: now)
    record("checkout.session.completed", session, at: now)
    return intent
  }
}
