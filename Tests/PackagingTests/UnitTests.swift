import Foundation
import TestKit
import Testing

/// The units, judged by systemd itself.
@Suite("The units")
struct UnitTests {
  static let names = ["tapd.service", "ledgerd.service"]

  private func unit(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: Tool.root.appending(path: "systemd/\(name)")), as: UTF8.self)
  }

  /// What systemd says about a unit; "" when it has nothing to say. An unknown key has status 0, so the words count.
  private func complaints(_ text: String, name: String) throws -> String {
    let folder = TemporaryFolder()
    // The program is not installed where the tests run; that it exists is all that systemd asks.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("ExecStart=") ? "ExecStart=/bin/true" : String($0) }
    let path = try folder.write(lines.joined(separator: "\n"), to: name)
    let outcome = try Tool.run("systemd-analyze", "--man=no", "verify", path)
    return outcome.status == 0 ? outcome.errors : "status \(outcome.status)\n\(outcome.errors)"
  }

  @Test("systemd has nothing to say about them", arguments: names)
  func verify(name: String) throws {
    #expect(try complaints(try unit(name), name: name) == "")
  }

  @Test("systemd is heard when it has something to say", arguments: names)
  func unknownKey(name: String) throws {
    let broken = try unit(name).replacingOccurrences(of: "[Service]", with: "[Service]\nProtectEverything=yes")
    #expect(try complaints(broken, name: name).contains("ProtectEverything"))
  }

  @Test("Their exposure is 2.0 or lower", arguments: names)
  func security(name: String) throws {
    let path = Tool.root.appending(path: "systemd/\(name)").path
    // The threshold is ten times the exposure.
    let outcome = try Tool.run("systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20", path)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    let open = try TemporaryFolder().write("[Service]\nExecStart=/bin/true\n", to: name)
    #expect(try Tool.run("systemd-analyze", "security", "--offline=true", "--threshold=20", open).status != 0)
  }

  @Test(
    "They run the installed program on the installed configuration",
    arguments: [
      ("tapd.service", "/usr/bin/tapd run --config /etc/fedow-tap/tapd.toml"),
      ("ledgerd.service", "/usr/bin/ledgerd serve --config /etc/fedow-tap/ledgerd.toml"),
    ])
  func command(name: String, command: String) throws {
    let lines = try unit(name).split(separator: "\n")
    #expect(lines.filter { $0.hasPrefix("ExecStart=") } == ["ExecStart=\(command)"])
    let program = name.prefix { $0 != "." }
    #expect(lines.contains("User=\(program)"))
    #expect(lines.contains("StateDirectory=\(program)"))
  }

  @Test("tapd can reach what it needs: the network, the readers' devices")
  func reach() throws {
    let lines = try unit("tapd.service").split(separator: "\n").map { String($0) }
    #expect(!lines.contains("PrivateNetwork=yes"))
    #expect(!lines.contains("PrivateDevices=yes"))
    for device in ["usb_device", "ttyUSB", "ttyACM", "ttyAMA", "ttyS"] {
      #expect(lines.contains("DeviceAllow=char-\(device) rw"))
    }
    let families = try #require(lines.first { $0.hasPrefix("RestrictAddressFamilies=") })
    for family in ["AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK"] { #expect(families.contains(family)) }
  }

  @Test("The users that the units name are the ones that sysusers makes")
  func users() throws {
    let users = try String(contentsOf: Tool.root.appending(path: "systemd/fedow-tap.sysusers.conf"), encoding: .utf8)
    let folder = TemporaryFolder()
    try folder.write(users, to: "usr/lib/sysusers.d/fedow-tap.conf")
    try folder.write("", to: "etc/passwd")
    try folder.write("", to: "etc/group")
    let outcome = try Tool.run("systemd-sysusers", "--root=\(folder.url.path)")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let names = try folder.read("etc/passwd").split(separator: "\n").map { $0.split(separator: ":")[0] }
    #expect(Set(names) == ["tapd", "ledgerd"])
    let groups = try folder.read("etc/group").split(separator: "\n")
    for group in ["dialout", "plugdev"] {
      #expect(groups.contains { $0.hasPrefix("\(group):") && $0.hasSuffix(":tapd") })
    }
  }
}
