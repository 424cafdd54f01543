import FedowProtocol
import Transport

/// Stripe, as the ledger needs it, over its HTTP interface (https://docs.stripe.com/api).
///
/// Nothing here repeats a call: whoever asked decides, with the key that it made durable before.
public struct StripeClient: Sendable {
  /// How Stripe is reached.
  public let settings: StripeSettings
  private let pool: HTTPPool

  /// A client, which connects with its first call; up to four calls at a time, more wait.
  public init(_ settings: StripeSettings) {
    self.settings = settings
    pool = HTTPPool(label: "stripe", count: 4, limits: settings.limits)
  }

  /// Reads one thing.
  func get<Thing: StripeObject>(_ path: String, _ query: StripeFields = StripeFields()) async -> StripeOutcome<Thing> {
    let encoded = String(decoding: query.encoded, as: UTF8.self)
    return await send("GET", encoded.isEmpty ? path : "\(path)?\(encoded)", headers: [], body: nil)
  }

  /// Makes or changes something.
  func post<Thing: StripeObject>(
    _ path: String, _ fields: StripeFields, key: IdempotencyKey
  ) async -> StripeOutcome<Thing> {
    await send(
      "POST", path,
      headers: ["Content-Type: application/x-www-form-urlencoded", "Idempotency-Key: \(key.text)"], body: fields.encoded
    )
  }

  private func send<Thing: StripeObject>(
    _ method: String, _ path: String, headers: [String], body: [UInt8]?
  ) async -> StripeOutcome<Thing> {
    let request = HTTPRequest(
      method: method, url: settings.baseURL + path,
      headers: [settings.key.header, "Stripe-Version: \(settings.version)"] + headers, body: body,
      // A write that libcurl sends again by itself carries the same key.
      isRepeatable: true)
    do {
      return StripeOutcome(try await pool.send(request))
    } catch {
      switch error {
      case .notSent(let reason): return .unknown(StripeDoubt(.notSent, reason))
      case .uncertain(let reason): return .unknown(StripeDoubt(.noAnswer, reason))
      }
    }
  }
}

extension String {
  /// As one part of a path: an id that came from elsewhere must not lead to another call.
  var pathPart: String {
    String(decoding: FormBody.encode(JSONObject([(self, "")])).dropLast(), as: UTF8.self)
  }
}
