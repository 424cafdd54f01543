import Glibc

/// A view of the file system that one program can change for itself alone.
enum MountNamespace {
  /// What to put before a command that runs in one.
  static let command = getuid() == 0 ? ["unshare", "--mount"] : ["unshare", "--map-root-user", "--mount"]

  /// Some containers allow none.
  static var isAllowed: Bool {
    guard let outcome = try? Tool.run(command + ["mount", "-t", "tmpfs", "none", "/sys"]) else { return false }
    return outcome.status == 0
  }
}
