import GRDBSQLite

/// What is open behind SQLite's handle; outside of the type, for a function of C captures no type.
private func open(_ file: UnsafeMutablePointer<sqlite3_file>?) -> OpenFile? {
  guard let file else { return nil }
  return UnsafeMutableRawPointer(file).assumingMemoryBound(to: DiskSystem.Handle.self).pointee.file?
    .takeUnretainedValue()
}

extension DiskSystem {
  /// The methods of an open file. What is read of a disk that is dead is what was there: its process is unwinding.
  static var fileMethods: sqlite3_io_methods {
    var methods = sqlite3_io_methods()
    methods.iVersion = 2
    methods.xClose = { file in
      guard let file else { return SQLITE_OK }
      let handle = UnsafeMutableRawPointer(file).assumingMemoryBound(to: DiskSystem.Handle.self)
      handle.pointee.file?.takeRetainedValue().close()
      handle.pointee.file = nil
      return SQLITE_OK
    }
    methods.xRead = { file, target, count, offset in
      guard let bytes = open(file)?.file.bytes, let target else { return DiskError.read }
      let (start, count) = (Int(offset), Int(count))
      let there = max(0, min(count, bytes.count - start))
      bytes.withUnsafeBytes { source in
        if there > 0, let base = source.baseAddress { target.copyMemory(from: base + start, byteCount: there) }
      }
      guard there < count else { return SQLITE_OK }
      target.advanced(by: there).initializeMemory(as: UInt8.self, repeating: 0, count: count - there)
      return DiskError.shortRead
    }
    methods.xWrite = { file, source, count, offset in
      guard let open = open(file), open.disk.mayWrite() else { return DiskError.write }
      guard open.disk.hasRoom() else { return SQLITE_FULL }
      open.file.write(UnsafeRawBufferPointer(start: source, count: Int(count)), at: Int(offset))
      return SQLITE_OK
    }
    methods.xTruncate = { file, size in
      guard let open = open(file), open.disk.mayWrite() else { return DiskError.truncate }
      open.file.truncate(to: Int(size))
      return SQLITE_OK
    }
    methods.xSync = { file, _ in
      guard let open = open(file), !open.disk.isDead else { return DiskError.sync }
      open.disk.synchronise(open.file)
      return SQLITE_OK
    }
    methods.xFileSize = { file, size in
      size?.pointee = Int64(open(file)?.file.bytes.count ?? 0)
      return SQLITE_OK
    }
    addLocks(to: &methods)
    return methods
  }

  private static func addLocks(to methods: inout sqlite3_io_methods) {
    methods.xLock = { file, level in open(file)?.lock(to: level) ?? SQLITE_IOERR }
    methods.xUnlock = { file, level in
      open(file)?.unlock(to: level)
      return SQLITE_OK
    }
    methods.xCheckReservedLock = { file, result in
      result?.pointee = open(file)?.isReserved ?? false ? 1 : 0
      return SQLITE_OK
    }
    methods.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
    methods.xSectorSize = { _ in 512 }
    methods.xDeviceCharacteristics = { _ in SQLITE_IOCAP_POWERSAFE_OVERWRITE }
    methods.xShmMap = { file, region, size, extends, target in
      let pointer = open(file)?.mapIndex(Int(region), size: Int(size), extends: extends != 0)
      target?.pointee = UnsafeMutableRawPointer(pointer)
      return SQLITE_OK
    }
    methods.xShmLock = { file, offset, count, flags in
      open(file)?.lockIndex(offset: offset, count: count, flags: flags) ?? SQLITE_IOERR
    }
    // One thread: what was written is seen.
    methods.xShmBarrier = { _ in }
    methods.xShmUnmap = { file, _ in
      open(file)?.unmapIndex()
      return SQLITE_OK
    }
  }
}
