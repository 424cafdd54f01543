import Glibc
import Synchronization

/// A directory that goes away with the test.
final class TemporaryDirectory: Sendable {
  let path: String

  init() {
    var template = Array("/tmp/kiosk-tests-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
    }
    path = made ?? "/tmp/kiosk-tests"
  }

  deinit {
    guard let directory = opendir(path) else { return }
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      unlink(path + "/" + name)
    }
    closedir(directory)
    rmdir(path)
  }
}
