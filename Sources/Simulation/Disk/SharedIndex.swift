/// The shared memory and the locks of one database's log, between the connections of one process.
final class SharedIndex {
  static let lockCount = 8

  private var regions: [UnsafeMutableRawPointer] = []
  /// By connection: which locks it holds shared, and which alone; bit by bit.
  private var shared: [ObjectIdentifier: UInt32] = [:]
  private var alone: [ObjectIdentifier: UInt32] = [:]

  deinit { for region in regions { region.deallocate() } }

  func region(_ index: Int, size: Int, extends: Bool) -> UnsafeMutableRawPointer? {
    while regions.count <= index {
      guard extends else { return nil }
      let region = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 8)
      region.initializeMemory(as: UInt8.self, repeating: 0, count: size)
      regions.append(region)
    }
    return regions[index]
  }

  func lock(_ mask: UInt32, isShared: Bool, by owner: ObjectIdentifier) -> Bool {
    let aloneElsewhere = alone.contains { $0.key != owner && $0.value & mask != 0 }
    guard !aloneElsewhere else { return false }
    if isShared {
      shared[owner, default: 0] |= mask
      return true
    }
    guard !shared.contains(where: { $0.key != owner && $0.value & mask != 0 }) else { return false }
    alone[owner, default: 0] |= mask
    return true
  }

  func unlock(_ mask: UInt32, by owner: ObjectIdentifier) {
    shared[owner, default: 0] &= ~mask
    alone[owner, default: 0] &= ~mask
  }

  func leave(_ owner: ObjectIdentifier) {
    shared[owner] = nil
    alone[owner] = nil
  }
}
