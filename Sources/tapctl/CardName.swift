import ArgumentParser
import FedowProtocol
import Kiosk
import Model

/// Names one card: by what stands on it or is known of it, or by holding it to the reader.
struct CardName: ParsableArguments {
  @Argument(help: "The card: tag, full UID, printed number, QR code or its address, or the holder's email.")
  var card: String?

  @Flag(help: "Hold the card to the reader instead of naming it.")
  var tap = false

  func validate() throws {
    guard (card != nil) != tap else { throw ValidationError("Name a card, or say --tap and hold it to the reader.") }
  }

  /// As it stands in a path of tapd's local API.
  func path(_ client: KioskClient, for purpose: String) async throws -> String {
    guard let card else { return CardQuery.escape("tag:\(try await client.tapped(purpose).tag)") }
    return CardQuery.escape(card)
  }
}

extension KioskClient {
  /// A card that was held to the reader for us.
  struct Tapped {
    let uid: String
    let tag: String
  }

  /// Waits for the next card, which pays nothing then.
  func tapped(_ purpose: String) async throws -> Tapped {
    var id: String?
    for try await message in events() {
      switch message {
      case .opened where id == nil:
        id = try await post("/v1/taps/next", ["purpose": JSON(purpose)])["id"]?.text
        // Only now is it the card that is asked for: one that is there earlier would be any tap.
        Terminal.note("Hold the card to the reader (\(purpose)).")
      case .event("capture", let report) where id != nil && report["id"]?.text == id:
        switch report["state"]?.text {
        case "tapped":
          guard let uid = report["uid"]?.text, let tag = report["tag"]?.text else { continue }
          return Tapped(uid: uid, tag: tag)
        case "refused": Terminal.note(report["sentence"]?.text ?? "The card could not be read.")
        case "expired", "cancelled": throw Refusal(.cardUnreadable, "No card was held to the reader in time.")
        default: continue
        }
      default: continue
      }
    }
    throw Refusal(.daemonUnreachable)
  }
}
