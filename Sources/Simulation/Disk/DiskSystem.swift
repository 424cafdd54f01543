import GRDBSQLite
import Glibc

/// SQLite's view of simulated disks: a virtual file system (sqlite.org/vfs.html) whose files are `SimulatedDisk`'s.
enum DiskSystem {
  static let name = "simulated-disk"

  /// What lies where SQLite keeps an open file; the first member is SQLite's own.
  struct Handle {
    var base: sqlite3_file
    var file: Unmanaged<OpenFile>?
  }

  /// Whether SQLite knows the file system now, and reads file names as URIs, by which it is chosen.
  static let isRegistered: Bool = {
    guard let system = sqlite3_vfs_find(nil), sqlite3_compileoption_used("USE_URI") != 0 else { return false }
    // Both live as long as the process, as SQLite wants.
    let own = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    var vfs = system.pointee
    vfs.szOsFile = Int32(MemoryLayout<Handle>.stride)
    vfs.zName = UnsafePointer(strdup(name))
    vfs.pNext = nil
    vfs.xOpen = open
    vfs.xDelete = delete
    vfs.xAccess = access
    vfs.xFullPathname = fullPath
    own.initialize(to: vfs)
    return sqlite3_vfs_register(own, 0) == SQLITE_OK
  }()

  nonisolated(unsafe) static let methods: UnsafeMutablePointer<sqlite3_io_methods> = {
    // Unsafe because it is a pointer; what it points to never changes.
    let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
    methods.initialize(to: fileMethods)
    return methods
  }()

  private static let open:
    @convention(c) (
      UnsafeMutablePointer<sqlite3_vfs>?, sqlite3_filename?, UnsafeMutablePointer<sqlite3_file>?, Int32,
      UnsafeMutablePointer<Int32>?
    ) -> Int32 = { _, path, target, flags, granted in
      guard let target else { return SQLITE_CANTOPEN }
      let handle = UnsafeMutableRawPointer(target).assumingMemoryBound(to: Handle.self)
      handle.pointee.base.pMethods = nil
      handle.pointee.file = nil
      guard let path, let (disk, name) = SimulatedDisk.find(String(cString: path)),
        let file = disk.file(name, makes: flags & SQLITE_OPEN_CREATE != 0)
      else { return SQLITE_CANTOPEN }
      let open = OpenFile(
        disk: disk, name: name, file: file, isDeletedAtClose: flags & SQLITE_OPEN_DELETEONCLOSE != 0)
      handle.pointee.file = Unmanaged.passRetained(open)
      handle.pointee.base.pMethods = UnsafePointer(methods)
      granted?.pointee = flags
      return SQLITE_OK
    }

  private static let delete:
    @convention(c) (UnsafeMutablePointer<sqlite3_vfs>?, UnsafePointer<CChar>?, Int32) -> Int32 = { _, path, _ in
      guard let path, let (disk, name) = SimulatedDisk.find(String(cString: path)) else { return DiskError.delete }
      guard disk.mayWrite() else { return DiskError.delete }
      disk.delete(name)
      return SQLITE_OK
    }

  private static let access:
    @convention(c) (
      UnsafeMutablePointer<sqlite3_vfs>?, UnsafePointer<CChar>?, Int32, UnsafeMutablePointer<Int32>?
    ) -> Int32 = { _, path, _, result in
      let found = path.flatMap { SimulatedDisk.find(String(cString: $0)) }
      result?.pointee = found.map { $0.disk.files[$0.name] != nil } ?? false ? 1 : 0
      return SQLITE_OK
    }

  private static let fullPath:
    @convention(c) (
      UnsafeMutablePointer<sqlite3_vfs>?, UnsafePointer<CChar>?, Int32, UnsafeMutablePointer<CChar>?
    ) -> Int32 = { _, path, size, target in
      guard let path, let target, strlen(path) < Int(size) else { return SQLITE_CANTOPEN }
      strcpy(target, path)
      return SQLITE_OK
    }
}
