import Foundation
import Testing

/// What the scripts call must come with Debian itself or be installed by `scripts/install-dependencies`.
@Suite("The packages that are installed")
struct DependencyTests {
  /// Programs that a small Debian (a container's) does not have, and the package that each comes with.
  private static let packages = [
    "curl": "curl", "wget": "wget", "jq": "jq", "socat": "socat", "nc": "netcat-openbsd",
    "pkill": "procps", "pgrep": "procps", "ps": "procps", "ss": "iproute2", "lsof": "lsof", "openssl": "openssl",
    "python3": "python3", "pcscd": "pcscd", "udevadm": "udev", "systemctl": "systemd", "systemd-sysusers": "systemd",
  ]

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: Tool.root.appending(path: path), encoding: .utf8)
  }

  /// The words of a script outside of comments.
  private static func words(of script: String) -> [String] {
    script.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("#") }
      .flatMap { $0.split { " \t;|&()\"'`$".contains($0) } }.map { String($0) }
  }

  /// The packages of the programs that a script names.
  private static func needed(by script: String) -> Set<String> {
    Set(words(of: script).compactMap { packages[$0] })
  }

  @Test("Every program that a script calls is among them", arguments: ["demo", "bench", "kill-test", "check-shell"])
  func programs(script: String) throws {
    let list = try Self.text("scripts/install-dependencies").split(separator: "packages=(", maxSplits: 1)
      .last?.prefix { $0 != ")" }
    let installed = Set(Self.words(of: String(try #require(list))))
    try #require(installed.contains("pcscd"), "The list is not where it is looked for")
    #expect(Self.needed(by: try Self.text("scripts/\(script)")).subtracting(installed) == [])
  }

  @Test("A call is found where it stands, and a comment is none")
  func calls() {
    #expect(Self.needed(by: "x=$(curl -fsS here | jq .)\n  until_true 'it' ps") == ["curl", "jq", "procps"])
    #expect(Self.needed(by: "# curl\n  # pkill") == [])
  }
}
