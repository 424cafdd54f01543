import GRDBSQLite

/// One connection's hold of a file.
final class OpenFile {
  let disk: SimulatedDisk
  let name: String
  let file: SimulatedFile
  let isDeletedAtClose: Bool
  private var level = SQLITE_LOCK_NONE
  private var index: SharedIndex?

  init(disk: SimulatedDisk, name: String, file: SimulatedFile, isDeletedAtClose: Bool) {
    self.disk = disk
    self.name = name
    self.file = file
    self.isDeletedAtClose = isDeletedAtClose
  }

  private var me: ObjectIdentifier { ObjectIdentifier(self) }

  func close() {
    unlock(to: SQLITE_LOCK_NONE)
    unmapIndex()
    if isDeletedAtClose { disk.delete(name) }
  }

  // MARK: The file's own locks, of which the log's mode needs to know whether anybody else has it open

  func lock(to wanted: Int32) -> Int32 {
    guard wanted > level else { return SQLITE_OK }
    var holders = disk.holders[name] ?? [:]
    let others = holders.filter { $0.key != me }.values
    let isFree =
      wanted == SQLITE_LOCK_SHARED
      ? !others.contains { $0 >= SQLITE_LOCK_PENDING }
      : wanted == SQLITE_LOCK_RESERVED
        ? !others.contains { $0 >= SQLITE_LOCK_RESERVED } : !others.contains { $0 >= SQLITE_LOCK_SHARED }
    guard isFree else { return SQLITE_BUSY }
    level = wanted
    holders[me] = wanted
    disk.holders[name] = holders
    return SQLITE_OK
  }

  func unlock(to wanted: Int32) {
    level = wanted
    disk.holders[name]?[me] = wanted == SQLITE_LOCK_NONE ? nil : wanted
  }

  var isReserved: Bool { disk.holders[name]?.values.contains { $0 >= SQLITE_LOCK_RESERVED } ?? false }

  // MARK: The log's index

  func mapIndex(_ region: Int, size: Int, extends: Bool) -> UnsafeMutableRawPointer? {
    let index = self.index ?? disk.sharedMemory[name] ?? SharedIndex()
    self.index = index
    disk.sharedMemory[name] = index
    return index.region(region, size: size, extends: extends)
  }

  func lockIndex(offset: Int32, count: Int32, flags: Int32) -> Int32 {
    guard let index else { return SQLITE_IOERR }
    let mask = ((UInt32(1) << UInt32(count)) - 1) << UInt32(offset)
    if flags & SQLITE_SHM_UNLOCK != 0 {
      index.unlock(mask, by: me)
      return SQLITE_OK
    }
    return index.lock(mask, isShared: flags & SQLITE_SHM_SHARED != 0, by: me) ? SQLITE_OK : SQLITE_BUSY
  }

  func unmapIndex() {
    index?.leave(me)
    index = nil
  }
}
