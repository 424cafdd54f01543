/// Which of very many numbers were never added: it says so of nearly all that were not, and never of one that was.
///
/// A Bloom filter in blocks of 32 bytes, as Apache Parquet specifies it (BloomFilter.md): one block, and so one miss of the
/// processor's cache, a question. With 21 bits a number it errs on about one question in 4,000. What is added must be
/// evenly distributed, as digests are.
struct FingerprintFilter {
  /// Each twice as large as the one before, so that none is ever built anew: that would stand in a sale's way.
  private var layers: [Layer]

  private struct Layer {
    var words: [UInt32]
    var room: Int
  }

  private static let wordsInBlock = 8
  private static let numbersInBlock = 12
  private static let salts: [UInt32] = [
    0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947, 0x5c6b_fb31,
  ]

  /// An empty one, with room for so many before it grows.
  init(room: Int) { layers = [Self.layer(room: room)] }

  mutating func add(_ number: Int64) {
    if layers[layers.count - 1].room == 0 {
      layers.append(
        Self.layer(room: layers[layers.count - 1].words.count / Self.wordsInBlock * Self.numbersInBlock * 2))
    }
    let last = layers.count - 1
    layers[last].room -= 1
    let bits = UInt64(bitPattern: number)
    let first = Self.block(of: bits, words: layers[last].words.count)
    for word in 0..<Self.wordsInBlock { layers[last].words[first + word] |= Self.bit(bits, word) }
  }

  /// False when it was never added.
  func mayHold(_ number: Int64) -> Bool {
    let bits = UInt64(bitPattern: number)
    return layers.contains { layer in
      let first = Self.block(of: bits, words: layer.words.count)
      return (0..<Self.wordsInBlock).allSatisfy { layer.words[first + $0] & Self.bit(bits, $0) != 0 }
    }
  }

  private static func layer(room: Int) -> Layer {
    let blocks = max(1, (room + numbersInBlock - 1) / numbersInBlock)
    return Layer(words: [UInt32](repeating: 0, count: blocks * wordsInBlock), room: blocks * numbersInBlock)
  }

  /// The first word of its block: the upper half of the number chooses it.
  private static func block(of bits: UInt64, words: Int) -> Int {
    Int(((bits >> 32) * UInt64(words / wordsInBlock)) >> 32) * wordsInBlock
  }

  /// Its bit in this word of its block: the lower half chooses it.
  private static func bit(_ bits: UInt64, _ word: Int) -> UInt32 {
    1 << ((UInt32(truncatingIfNeeded: bits) &* salts[word]) >> 27)
  }
}
