import Foundation
import Testing

/// What modprobe is told about the kernel's NFC drivers (modprobe.d(5)).
@Suite("The kernel's NFC drivers")
struct KernelModuleTests {
  private let lines: [[Substring]]

  init() throws {
    let text = try String(contentsOf: Tool.root.appending(path: "udev/fedow-tap.modprobe.conf"), encoding: .utf8)
    lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.split(separator: " ") }
  }

  @Test("They are neither loaded for a device nor as a dependency", arguments: ["pn533_usb", "pn533", "nfc"])
  func keptOff(module: Substring) {
    #expect(lines.contains(["blacklist", module]))
    #expect(lines.contains(["install", module, "/bin/false"]))
  }

  @Test("Every line is a command that modprobe knows")
  func commands() {
    for line in lines {
      let isBlacklist = line.count == 2 && line[0] == "blacklist"
      let isInstall = line.count == 3 && line[0] == "install" && line[2] == "/bin/false"
      #expect(isBlacklist || isInstall, "\(line.joined(separator: " "))")
    }
  }
}
