/// What the writer knows of the kept answers without asking the store: which fingerprints none of them has, and which were
/// kept since the last page was written.
///
/// A sale that was never seen before is told so by a look at memory, however many were answered before it.
struct KnownReplies {
  /// Of all that were ever kept. One that was undone stays in it, which costs a look into the store and no more.
  private var filter: FingerprintFilter?
  /// Those in no page yet, in the order of their numbers.
  private(set) var recent: [(fingerprint: Int64, number: Int64)] = []
  /// Whether it knows all of them; it does not before they were read from the store.
  private(set) var isLoaded = false

  /// Whether only what is in no page has to be read.
  var knowsPages: Bool { filter != nil }

  /// Knows the fingerprints in all pages; what is in none follows.
  mutating func begin(with fingerprints: FingerprintFilter) { filter = fingerprints }

  /// Knows these too, and with them all.
  mutating func complete(with unpaged: [(fingerprint: Int64, number: Int64)]) {
    isLoaded = true
    recent.removeAll(keepingCapacity: true)
    for reply in unpaged { add(reply.fingerprint, number: reply.number) }
  }

  /// What it knows of those in no page may never have been.
  mutating func forget() {
    recent = []
    isLoaded = false
  }

  mutating func add(_ fingerprint: Int64, number: Int64) {
    guard isLoaded else { return }
    filter?.add(fingerprint)
    recent.append((fingerprint, number))
  }

  /// The recent ones are in a page now.
  mutating func turnPage() { recent.removeAll(keepingCapacity: true) }

  /// False when no kept answer has this fingerprint.
  func mayHold(_ fingerprint: Int64) -> Bool { filter?.mayHold(fingerprint) ?? true }

  /// Of the recent ones with this fingerprint.
  func numbers(of fingerprint: Int64) -> [Int64] { recent.filter { $0.fingerprint == fingerprint }.map(\.number) }
}
