import FedowProtocol
import Hummingbird
import Kiosk
import Model

/// Reads what callers of the local API send.
enum RequestBody {
  static let longest = 16 * 1024

  /// The body as a JSON object.
  static func json(of request: Request, longest: Int = longest) async throws -> JSON {
    let buffer: ByteBuffer
    do {
      buffer = try await request.body.collect(upTo: longest)
    } catch {
      throw Refusal(.requestMalformed, "The body is longer than \(longest) bytes, or was cut off.")
    }
    do {
      let json = try JSON.parse(Array(buffer.readableBytesView))
      guard json.object != nil else { throw Refusal(.requestMalformed, "The body must be a JSON object.") }
      return json
    } catch let error as JSONError {
      throw Refusal(.requestMalformed, "The body is not JSON: \(error).")
    }
  }

  /// - Parameter mayBeNothing: whether 0 is an amount, as for an entrance without a price.
  static func amount(_ body: JSON, mayBeNothing: Bool = false) throws(Refusal) -> Amount {
    if mayBeNothing, body["amount"]?.isNull ?? true { return .zero }
    guard let minorUnits = body["amount"]?.int64 else {
      throw Refusal(.amountInvalid, "amount must be a whole number of minor units: 350 for 3.50.")
    }
    guard minorUnits > 0 || minorUnits == 0 && mayBeNothing else { throw Refusal(.amountInvalid) }
    return Amount(minorUnits: minorUnits)
  }

  static func text(_ body: JSON, _ key: String) throws(Refusal) -> String? {
    guard let value = body[key], !value.isNull else { return nil }
    guard let text = value.text else { throw Refusal(.requestMalformed, "\(key) must be a text.") }
    return text
  }

  static func id(_ body: JSON, _ key: String) throws(Refusal) -> EntityID? {
    guard let text = try text(body, key) else { return nil }
    guard let id = EntityID(text) else { throw Refusal(.requestMalformed, "\(key) must be a UUID.") }
    return id
  }

  static func terms(_ body: JSON) throws(Refusal) -> ChargeTerms {
    ChargeTerms(
      excludesGift: try truth(body, "excludes_gift"), asset: try id(body, "asset"),
      acceptsParts: try truth(body, "accepts_parts"), entrance: try entrance(body))
  }

  private static func entrance(_ body: JSON) throws(Refusal) -> EntranceTerms? {
    guard let entrance = body["entrance"], !entrance.isNull else { return nil }
    let named = entrance["memberships"]?.elements ?? []
    let memberships = named.compactMap { $0.text.flatMap { EntityID($0) } }
    guard memberships.count == named.count else {
      throw Refusal(.requestMalformed, "memberships must be a list of UUIDs.")
    }
    let again = entrance["again_after_s"]
    guard again?.isNull ?? true || again?.int64 != nil else {
      throw Refusal(.requestMalformed, "again_after_s must be a number of seconds.")
    }
    return try EntranceTerms(
      memberships: memberships, badge: try id(entrance, "badge"),
      againAfter: again?.int64 ?? EntranceTerms.usualAgainAfter)
  }

  static func truth(_ body: JSON, _ key: String) throws(Refusal) -> Bool {
    guard let value = body[key], !value.isNull else { return false }
    guard let truth = value.bool else { throw Refusal(.requestMalformed, "\(key) must be true or false.") }
    return truth
  }
}
