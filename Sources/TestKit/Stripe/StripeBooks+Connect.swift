import FedowProtocol

/// Places' accounts, and money that goes to them.
extension StripeBooks {
  mutating func createAccount(_ call: StripeCall, now: Int64) -> StripeReply {
    guard let type = call.text("type"), ["express", "standard", "custom"].contains(type) else {
      return .invalid("Invalid type", parameter: "type")
    }
    let id = newID("acct_")
    insert([
      "id": JSON(id), "object": "account", "business_type": nil, "capabilities": ["transfers": "inactive"],
      "charges_enabled": false, "country": JSON(call.text("country")), "created": JSON(now), "default_currency": "eur",
      "details_submitted": false, "email": JSON(call.text("email")), "metadata": call.within("metadata"),
      "payouts_enabled": false,
      "requirements": [
        "currently_due": ["external_account", "tos_acceptance.date"], "disabled_reason": "requirements.past_due",
        "eventually_due": ["external_account"], "past_due": ["external_account"],
      ],
      "type": JSON(type),
    ])
    return StripeReply(things[id].map { .object($0) } ?? nil)
  }

  mutating func createLink(_ call: StripeCall, now: Int64) -> StripeReply {
    guard let account = call.text("account"), thing(account, "account") != nil else {
      return .invalid("No such account", code: "resource_missing", parameter: "account")
    }
    guard call.text("type") == "account_onboarding", call.text("return_url") != nil, call.text("refresh_url") != nil
    else { return .invalid("Missing required param: return_url.", code: "parameter_missing", parameter: "return_url") }
    let link = newID("")
    return StripeReply([
      "object": "account_link", "created": JSON(now), "expires_at": JSON(now + 300),
      "url": JSON("https://connect.stripe.com/setup/s/\(account)/\(link)"),
    ])
  }

  /// A place told Stripe who it is, and Stripe believes it.
  mutating func onboard(_ account: String, at now: Int64) {
    change(
      account,
      [
        ("capabilities", ["transfers": "active"]), ("charges_enabled", true), ("details_submitted", true),
        ("payouts_enabled", true),
        ("requirements", ["currently_due": [], "disabled_reason": nil, "eventually_due": [], "past_due": []]),
      ])
    record("account.updated", account, at: now, account: account)
  }

  mutating func createTransfer(_ call: StripeCall, now: Int64) -> StripeReply {
    guard let amount = call.number("amount"), amount > 0 else { return .invalid("amount", parameter: "amount") }
    guard let destination = call.text("destination"), let account = thing(destination, "account") else {
      return .invalid("No such destination", code: "resource_missing", parameter: "destination")
    }
    guard account["capabilities"]?["transfers"]?.text == "active" else {
      return .invalid(
        "Your destination account needs to have at least one of the following capabilities enabled: transfers",
        code: "insufficient_capabilities_for_transfer")
    }
    guard amount <= balance else {
      return .invalid("You have insufficient available funds in your Stripe account.", code: "balance_insufficient")
    }
    let id = newID("tr_")
    balance -= amount
    insert([
      "id": JSON(id), "object": "transfer", "amount": JSON(amount), "amount_reversed": 0, "created": JSON(now),
      "currency": JSON(call.text("currency")), "destination": JSON(destination), "livemode": false,
      "metadata": call.within("metadata"), "reversed": false, "transfer_group": JSON(call.text("transfer_group")),
    ])
    record("transfer.created", id, at: now)
    return StripeReply(things[id].map { .object($0) } ?? nil)
  }
}
