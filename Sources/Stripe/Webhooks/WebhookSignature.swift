import Model
import Signing

/// Whether an event comes from Stripe (https://docs.stripe.com/webhooks#verify-manually).
///
/// `Stripe-Signature: t=1492774577,v1=5257a8...,v1=...`: HMAC-SHA256 over the time, a point and the body as it came; one
/// `v1` for each secret that is in force while one is replaced. Other schemes (`v0`) prove nothing.
public enum WebhookSignature {
  /// Why an event is not believed.
  public enum Failure: String, Error, Hashable, Sendable {
    /// There is no time or no `v1` in it.
    case malformed
    /// No secret made any of them.
    case mismatch
    /// It is genuine and too old or too new, as one that was caught and sent again.
    case stale
  }

  /// How far its time may be from ours, in seconds, either way.
  public static let tolerance: Int64 = 300
  /// More than Stripe ever sends, and little enough to look through.
  private static let mostSignatures = 16

  /// Checks a header against the body's very bytes; any of the secrets may have made any of the signatures.
  /// - Parameter now: seconds since 1970.
  /// - Throws: `Failure`.
  public static func verify(
    _ header: String, body: [UInt8], secrets: [WebhookSecret], now: Int64, tolerance: Int64 = tolerance
  ) throws(Failure) {
    guard let (time, signatures) = parse(header) else { throw .malformed }
    let message = Array("\(time).".utf8) + body
    var isGenuine = false
    for secret in secrets {
      let expected = HMAC.sha256(message, key: secret.bytes)
      for signature in signatures where ConstantTime.areEqual(expected, signature) { isGenuine = true }
    }
    guard isGenuine else { throw .mismatch }
    guard let time = Int64(time), (time - tolerance...time + tolerance).contains(now) else { throw .stale }
  }

  /// The header that Stripe would send, for who stands in for it.
  /// - Parameter now: seconds since 1970.
  public static func sign(body: [UInt8], secrets: [WebhookSecret], now: Int64) -> String {
    let message = Array("\(now).".utf8) + body
    return
      (["t=\(now)"] + secrets.map { "v1=" + Hexadecimal.encode(HMAC.sha256(message, key: $0.bytes)) })
      .joined(separator: ",")
  }

  private static func parse(_ header: String) -> (time: String, signatures: [[UInt8]])? {
    var time: String?
    var signatures: [[UInt8]] = []
    for part in header.split(separator: ",") {
      let pair = part.split(separator: "=", maxSplits: 1)
      guard pair.count == 2 else { continue }
      switch pair[0].drop(while: { $0 == " " }) {
      case "t": time = String(pair[1])
      case "v1":
        if signatures.count < mostSignatures, let bytes = Hexadecimal.decode(String(pair[1])) {
          signatures.append(bytes)
        }
      default: continue
      }
    }
    // Signed as it stands in the header, so only the spelling that a number has is one: at most 12 digits, no sign.
    guard let time, (1...12).contains(time.utf8.count), time.utf8.allSatisfy({ (48...57).contains($0) }),
      !signatures.isEmpty
    else { return nil }
    return (time, signatures)
  }
}
