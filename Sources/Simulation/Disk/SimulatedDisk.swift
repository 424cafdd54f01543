import Synchronization

/// The files of one process's machine, during one of its lives.
///
/// SQLite reaches it by paths `/NUMBER/NAME` through the virtual file system `DiskSystem`. It can die at any write: from
/// then on every operation fails, and the files are what they were in that instant.
final class SimulatedDisk: @unchecked Sendable {
  // Unchecked because one thread alone touches it: the simulation's. The table of disks has a lock of its own.

  private static let disks = Mutex<(last: Int, byNumber: [Int: SimulatedDisk])>((0, [:]))

  let number: Int
  private(set) var files: [String: SimulatedFile] = [:]
  /// Where connections share a file's index of its log; gone with the process.
  var sharedMemory: [String: SharedIndex] = [:]
  /// Who holds which lock of a file.
  var holders: [String: [ObjectIdentifier: Int32]] = [:]
  /// How many writes there were; who looks at a database knows by it whether there is anything new.
  private(set) var writes = 0
  private(set) var isDead = false
  private var writesUntilDeath: Int?
  private var isDeathUnnoticed = false
  /// After so many writes it takes the next ones not.
  private var full: (afterWrites: Int, count: Int)?
  /// A disk that says it has written and has not: what a missing fsync comes to.
  var ignoresSync = false

  init(files: [String: [UInt8]]) {
    self.files = files.mapValues { SimulatedFile($0) }
    number = Self.disks.withLock { disks in
      disks.last += 1
      return disks.last
    }
    Self.disks.withLock { $0.byNumber[number] = self }
  }

  /// How SQLite is told to open one of its files.
  func path(_ name: String) -> String { "file:/\(number)/\(name)?vfs=\(DiskSystem.name)" }

  /// The disk and the name in a path that SQLite gives.
  static func find(_ path: String) -> (disk: SimulatedDisk, name: String)? {
    let parts = path.split(separator: "/", maxSplits: 1)
    guard parts.count == 2, let number = Int(parts[0]),
      let disk = disks.withLock({ $0.byNumber[number] })
    else { return nil }
    return (disk, String(parts[1]))
  }

  /// Nobody opens anything on it any more.
  func remove() { Self.disks.withLock { $0.byNumber[number] = nil } }

  // MARK: What SQLite does

  func file(_ name: String, makes: Bool) -> SimulatedFile? {
    if let known = files[name] { return known }
    guard makes, !isDead else { return nil }
    let file = SimulatedFile()
    files[name] = file
    return file
  }

  func delete(_ name: String) { files[name] = nil }

  /// Whether there is room for a write.
  func hasRoom() -> Bool {
    guard let (left, count) = full else { return true }
    full = left > 0 ? (left - 1, count) : count > 1 ? (0, count - 1) : nil
    return left > 0
  }

  /// Whether a write may still be made.
  func mayWrite() -> Bool {
    guard !isDead else { return false }
    writes += 1
    guard let left = writesUntilDeath else { return true }
    writesUntilDeath = left - 1
    if left <= 0 {
      isDead = true
      isDeathUnnoticed = true
      return false
    }
    return true
  }

  func synchronise(_ file: SimulatedFile) { if !ignoresSync { file.synchronise() } }

  // MARK: What becomes of it

  /// Is full at one of the next writes, for so many.
  func fill(afterWrites left: Int, count: Int) { full = (left, count) }

  /// Has room again.
  func empty() { full = nil }

  /// Dies at one of the next writes.
  func die(afterWrites count: Int) { writesUntilDeath = count }

  /// True once after it died at a write.
  func takeDeath() -> Bool {
    defer { isDeathUnnoticed = false }
    return isDeathUnnoticed
  }

  /// Dies now, and gives what is left for the next life.
  func end(powerFails: Bool, _ chance: inout Chance) -> [String: [UInt8]] {
    isDead = true
    var left: [String: [UInt8]] = [:]
    for (name, file) in files.sorted(by: { $0.key < $1.key }) {
      left[name] = powerFails ? file.afterPowerCut(&chance) : file.afterKill
    }
    return left
  }
}
