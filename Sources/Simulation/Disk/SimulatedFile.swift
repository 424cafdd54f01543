/// A file whose writes reach the disk when they are synchronised, and until then perhaps.
final class SimulatedFile: @unchecked Sendable {
  // Unchecked because one thread alone touches it: the simulation's.

  private enum Change {
    case write(at: Int, [UInt8])
    case truncate(Int)
  }

  /// As programs read it.
  private(set) var bytes: [UInt8]
  /// As it is after the power fails, whatever becomes of the changes.
  private var durable: [UInt8]
  private var unsynchronised: [Change] = []

  init(_ bytes: [UInt8] = []) {
    self.bytes = bytes
    durable = bytes
  }

  func write(_ source: UnsafeRawBufferPointer, at offset: Int) {
    Self.write(source, at: offset, in: &bytes)
    unsynchronised.append(.write(at: offset, Array(source)))
  }

  func truncate(to size: Int) {
    Self.truncate(&bytes, to: size)
    unsynchronised.append(.truncate(size))
  }

  /// Everything so far is on the disk.
  func synchronise() {
    for change in unsynchronised { Self.apply(change, to: &durable, share: 1) }
    unsynchronised = []
  }

  /// What a killed process leaves: the system still has every write.
  var afterKill: [UInt8] { bytes }

  /// What is left when the power fails: what was synchronised, and of the rest what the disk happened to have written, in
  /// any order, the last of it perhaps torn.
  func afterPowerCut(_ chance: inout Chance) -> [UInt8] {
    var left = durable
    let share = chance.one(of: [0, 0.5, 0.9, 1])
    for (index, change) in unsynchronised.enumerated() where chance.happens(share) {
      let isTorn = index == unsynchronised.count - 1 && chance.happens(0.5)
      Self.apply(change, to: &left, share: isTorn ? Double(chance.number(0...7)) / 8 : 1)
    }
    return left
  }

  private static func apply(_ change: Change, to bytes: inout [UInt8], share: Double) {
    switch change {
    case .write(let offset, let data):
      let whole = Int(Double(data.count) * share)
      data.withUnsafeBytes { write(UnsafeRawBufferPointer(rebasing: $0.prefix(whole)), at: offset, in: &bytes) }
    case .truncate(let size): truncate(&bytes, to: size)
    }
  }

  private static func write(_ source: UnsafeRawBufferPointer, at offset: Int, in bytes: inout [UInt8]) {
    guard let start = source.baseAddress, !source.isEmpty else { return }
    let end = offset + source.count
    if bytes.count < end { bytes.append(contentsOf: repeatElement(0, count: end - bytes.count)) }
    bytes.withUnsafeMutableBytes { target in
      target.baseAddress?.advanced(by: offset).copyMemory(from: start, byteCount: source.count)
    }
  }

  private static func truncate(_ bytes: inout [UInt8], to size: Int) {
    if size < bytes.count { bytes.removeLast(bytes.count - size) }
  }
}
