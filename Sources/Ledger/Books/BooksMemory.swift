import FedowProtocol
import Model
import Rules

/// What the one writer remembers of the rows it read, so that a sale reads next to nothing.
///
/// It never says what reading would not say: it is dropped whole when anything but a posting or a kept reply writes
/// (`Books.execute` does that by itself), when another connection has written (`PRAGMA data_version`), and when what was
/// written is undone.
final class BooksMemory: @unchecked Sendable {
  // Unchecked because it is touched only inside the store's writing transaction, of which GRDB runs one at a time.

  /// Two ids, as in "this asset at that place".
  struct Pair: Hashable {
    let one: EntityID
    let other: EntityID
  }

  /// The cards that a place issued together.
  struct Batch: Hashable {
    let place: EntityID
    let generation: Int64
  }

  var places: [EntityID: Books.Place] = [:]
  var keys: [String: Books.KnownKey] = [:]
  var assets: [EntityID: Books.Asset] = [:]
  var assetAnswers: [EntityID: AssetAnswer] = [:]
  var acceptance: [Pair: Bool] = [:]
  var acceptancePolicies: [EntityID: AcceptancePolicy] = [:]
  var origins: [Batch: CardAnswer.Origin] = [:]
  var cards: [String: Books.Card] = [:]
  var tags: [EntityID: String] = [:]
  var operatorLinks: [Pair: Books.OperatorLink?] = [:]
  var terms: [EntityID: Books.DelegationTerms] = [:]
  var delegations: [EntityID: [Delegation]] = [:]
  var walletNames: [EntityID: String] = [:]
  var userCards: [EntityID: Bool] = [:]
  var tokens: [EntityID: [Books.Token]] = [:]
  var heads: [EntityID: Books.Posted] = [:]
  /// By asset; the least there is for one of which nothing was ever reserved.
  var lastReservations: [EntityID: Int64] = [:]
  var lastSequence: Int64?
  /// Nil: not read yet; empty: no asset melts, and no posting pays for those that might.
  var meltingTerms: [EntityID: [MeltTerms]]?
  /// By wallet and asset.
  var meltingMarks: [Pair: Int64] = [:]
  var primaryWallet: EntityID?
  /// What no other connection writes, so it stays when the rest is dropped; only an undone transaction drops it.
  var replies = KnownReplies()
  private var dataVersion: Int64?

  /// So many wallets and cards are kept before all are dropped: about 20 MB.
  private static let limit = 10_000

  /// Drops everything.
  func forget() {
    let version = dataVersion
    places = [:]
    keys = [:]
    assets = [:]
    assetAnswers = [:]
    acceptance = [:]
    acceptancePolicies = [:]
    origins = [:]
    cards = [:]
    tags = [:]
    operatorLinks = [:]
    terms = [:]
    delegations = [:]
    walletNames = [:]
    userCards = [:]
    tokens = [:]
    heads = [:]
    lastReservations = [:]
    lastSequence = nil
    meltingTerms = nil
    meltingMarks = [:]
    primaryWallet = nil
    dataVersion = version
  }

  /// Gives a balance its new value where it is kept, without a copy of the wallet's others.
  func settle(_ balance: Int64, of asset: EntityID, in wallet: EntityID, by posted: Books.Posted) {
    guard let holding = tokens.index(forKey: wallet),
      let place = tokens.values[holding].firstIndex(where: { $0.asset == asset })
    else { return }
    tokens.values[holding][place].settle(balance, by: posted)
  }

  /// Drops everything that a transaction which was undone may have left.
  func undo() {
    forget()
    replies.forget()
  }

  /// Before the writer's next transaction: drops everything when another connection wrote since, or too much is kept.
  func renew(dataVersion version: Int64) {
    if version != dataVersion || tokens.count > Self.limit || cards.count > Self.limit || walletNames.count > Self.limit
      || meltingMarks.count > Self.limit
    {
      forget()
    }
    dataVersion = version
  }
}
