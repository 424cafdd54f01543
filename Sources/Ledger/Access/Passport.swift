import FedowProtocol
import Model

/// By which key a request was found to be a place's: what the writer confirms, so that a key that was revoked or a place
/// that was shut out a moment ago changes nothing.
public struct Passport: Hashable, Sendable {
  /// Of a request whose sender was read from the store just now.
  public static let none = Passport(granted: nil)

  private struct Granted: Hashable {
    let key: APIKey
    let place: EntityID
    let publicKey: String
  }

  private let granted: Granted?

  private init(granted: Granted?) { self.granted = granted }

  init(key: APIKey, place: EntityID, publicKey: String) {
    granted = Granted(key: key, place: place, publicKey: publicKey)
  }

  /// - Throws: `Rejection` 403 when the key is no longer what it was.
  func confirm(in books: Books) throws {
    guard let granted else { return }
    guard let known = try books.rememberedKey(granted.key), known.place == granted.place,
      known.publicKey == granted.publicKey, let place = try books.place(granted.place), !place.isDisabled
    else { throw Rejection.notAuthenticated }
  }
}
