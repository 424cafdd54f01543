import Foundation
import Glibc

/// A name space of mounts that only this program and its daemons see, so that small disks can be mounted, and are gone
/// with the last of them, however it ends.
enum PrivateMounts {
  private static let mark = "FAULT_TEST_MOUNTS"

  /// Starts this program anew in such a name space; returns where it already is in one, or none can be had.
  static func enter() {
    guard getenv(mark) == nil, let program = Bundle.main.executablePath else { return }
    let words = ["unshare", "--mount", "--propagation", "private"] + (geteuid() == 0 ? [] : ["--map-root-user"])
    guard (try? Tool(path: "/usr/bin/env").run(words + ["true"])) != nil else { return }
    setenv(mark, "1", 1)
    var arguments: [UnsafeMutablePointer<CChar>?] = (words + [program] + CommandLine.arguments.dropFirst()).map {
      strdup($0)
    }
    arguments.append(nil)
    execvp(words[0], &arguments)
  }

  /// Whether mounting is nobody else's business here.
  static var isInside: Bool { getenv(mark) != nil }
}
