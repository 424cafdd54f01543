import Model

/// Who reads a history, and what of it is theirs to see: a place its own transactions, its own assets', and what it
/// accepts between members of a federation with it; the ledger's operator everything.
struct HistoryReader {
  private let place: Books.Place?
  /// Whether the history is another place's, of whose dealings with third parties nothing is shown.
  private let isOfAnotherPlace: Bool
  private let books: Books
  private var shares: [EntityID: Bool] = [:]

  init(place: Books.Place?, wallet: EntityID, books: Books) throws {
    self.place = place
    self.books = books
    isOfAnotherPlace =
      try place.map { place in try wallet != place.wallet && books.place(wallet: wallet) != nil } ?? false
  }

  /// - Parameter party: the place that took part; nil when none did.
  mutating func mayRead(_ posted: Books.Posted, in asset: Books.Asset, party: Books.Place?) throws -> Bool {
    guard let place else { return true }
    if [posted.entry.sender, posted.entry.receiver, asset.issuerWallet].contains(place.wallet) { return true }
    guard !isOfAnotherPlace, try books.isShared(asset, with: place) else { return false }
    guard let party else { return true }
    if let known = shares[party.uuid] { return known }
    let shared = try !Set(books.federations(of: party.uuid)).isDisjoint(with: books.federations(of: place.uuid))
    shares[party.uuid] = shared
    return shared
  }
}
