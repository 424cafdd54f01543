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

  static func amount(_ body: JSON) throws(Refusal) -> Amount {
    guard let minorUnits = body["amount"]?.int64 else {
      throw Refusal(.amountInvalid, "amount must be a whole number of minor units: 350 for 3.50.")
    }
    guard minorUnits > 0 else { throw Refusal(.amountInvalid) }
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
      acceptsParts: try truth(body, "accepts_parts"))
  }

  static func truth(_ body: JSON, _ key: String) throws(Refusal) -> Bool {
    guard let value = body[key], !value.isNull else { return false }
    guard let truth = value.bool else { throw Refusal(.requestMalformed, "\(key) must be true or false.") }
    return truth
  }
}
