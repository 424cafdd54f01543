import FedowProtocol
import Model

/// By which key a request was found to be a place's or a person's: what the writer confirms, so that a key that was revoked
/// or a place that was shut out a moment ago changes nothing; and what the request was signed with, which goes into the
/// blocks that are made on it.
public struct Passport: Hashable, Sendable {
  /// Of a request whose sender was read from the store just now.
  public static let none = Passport(holder: nil)

  private enum Holder: Hashable {
    case place(Granted, RequestSignature)
    case wallet(EntityID, RequestSignature)
  }

  private struct Granted: Hashable {
    let key: APIKey
    let place: EntityID
    let publicKey: String
  }

  private let holder: Holder?

  private init(holder: Holder?) { self.holder = holder }

  init(key: APIKey, place: EntityID, publicKey: String, request: RequestSignature) {
    holder = .place(Granted(key: key, place: place, publicKey: publicKey), request)
  }

  init(wallet: EntityID, request: RequestSignature) { holder = .wallet(wallet, request) }

  /// - Returns: what the request's blocks carry; nil when nobody signed it.
  /// - Throws: `Rejection` 403 when the key is no longer what it was.
  func confirm(in books: Books) throws -> Warrant? {
    switch holder {
    case .none: return nil
    case .wallet(let wallet, let request): return Warrant(signer: .wallet(wallet), request: request)
    case .place(let granted, let request):
      guard let known = try books.rememberedKey(granted.key), known.place == granted.place,
        known.publicKey == granted.publicKey, let place = try books.place(granted.place), !place.isDisabled
      else { throw Rejection.notAuthenticated }
      return known.authority.map { Warrant(signer: .authority($0), request: request) }
    }
  }
}
