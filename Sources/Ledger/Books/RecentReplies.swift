/// The kept answers that are not in their index yet, by fingerprint.
struct RecentReplies {
  private var numbersByFingerprint: [Int64: [Int64]] = [:]
  private(set) var count = 0
  private(set) var lastNumber: Int64 = 0
  /// Whether it holds all of them; it does not before they were read from the store.
  private(set) var isLoaded = false

  /// Holds none, and all that there are.
  mutating func begin() {
    numbersByFingerprint.removeAll(keepingCapacity: true)
    count = 0
    isLoaded = true
  }

  /// Holds nothing that counts.
  mutating func forget() {
    numbersByFingerprint = [:]
    count = 0
    isLoaded = false
  }

  mutating func add(_ fingerprint: Int64, number: Int64) {
    guard isLoaded else { return }
    numbersByFingerprint[fingerprint, default: []].append(number)
    lastNumber = max(lastNumber, number)
    count += 1
  }

  func numbers(of fingerprint: Int64) -> [Int64] { numbersByFingerprint[fingerprint] ?? [] }

  /// In the index's order.
  func sorted() -> [(fingerprint: Int64, number: Int64)] {
    numbersByFingerprint.sorted { $0.key < $1.key }.flatMap { entry in entry.value.map { (entry.key, $0) } }
  }
}
