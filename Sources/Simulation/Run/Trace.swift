/// What happened in a run, line by line, and a digest of all of it: two runs with the same digest were the same run.
final class Trace {
  private let keepsLines: Bool
  private(set) var lines: [String] = []
  /// FNV-1a, 64 bits.
  private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325

  init(keepsLines: Bool) { self.keepsLines = keepsLines }

  func note(_ now: Int64, _ text: String) {
    let line = "\(now / 1_000_000) \(text)"
    for byte in line.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
    if keepsLines { lines.append(line) }
  }
}
