import Foundation
import TestKit
import Testing

/// The device rules, run by udev itself on devices that are made up.
///
/// udevadm of Debian 12 has no `verify`, but `test` runs the rules as the daemon would. In a mount namespace of its own
/// it sees our rules alone beside the system's, a user tapd, and a /sys with the one device asked about; nothing of the
/// machine is touched.
@Suite("The device rules", .enabled(if: MountNamespace.isAllowed, "Needs root or user namespaces"))
struct DeviceRuleTests {
  struct Device: Sendable, CustomTestStringConvertible {
    let name: String
    let vendor: String
    let product: String
    /// Behind a USB serial adapter: the rule is for the tty, not for the adapter.
    var isSerial = false
    var testDescription: String { name }
  }

  static let readers = [
    Device(name: "ACS ACR122U", vendor: "072f", product: "2200"),
    Device(name: "touchatag", vendor: "072f", product: "90cc"),
    Device(name: "ACS ACR1252U", vendor: "072f", product: "223b"),
    Device(name: "SCM SCL3711", vendor: "04e6", product: "5591"),
    Device(name: "NXP PN533", vendor: "04cc", product: "2533"),
    Device(name: "PN532 behind CH340", vendor: "1a86", product: "7523", isSerial: true),
    Device(name: "PN532 behind CP2102", vendor: "10c4", product: "ea60", isSerial: true),
    Device(name: "PN532 behind FT232R", vendor: "0403", product: "6001", isSerial: true),
    Device(name: "PN532 behind PL2303", vendor: "067b", product: "2303", isSerial: true),
  ]

  static let strangers = [
    Device(name: "a keyboard", vendor: "046d", product: "c31c"),
    Device(name: "an FT232R that is asked about as a USB device", vendor: "0403", product: "6001"),
    Device(name: "a modem's serial port", vendor: "12d1", product: "1506", isSerial: true),
  ]

  private static let simulation = """
    set -euo pipefail
    mount -t tmpfs none /etc/udev/rules.d
    mkdir -p /run/udev /dev/char
    mount -t tmpfs none /run/udev
    mount -t tmpfs none /dev/char
    cp "$1/fedow.rules" /etc/udev/rules.d/95-fedow-tap.rules
    { cat /etc/passwd; echo 'tapd:x:961:961::/:/bin/false'; } >"$1/passwd"
    mount --bind "$1/passwd" /etc/passwd
    mount -t tmpfs none /sys
    usb=/sys/devices/usb1/1-1
    mkdir -p "$usb/power" /sys/bus/usb /sys/class/tty
    echo auto >"$usb/power/control"
    echo "$2" >"$usb/idVendor"
    echo "$3" >"$usb/idProduct"
    printf 'MAJOR=189\\nMINOR=1\\nDEVNAME=bus/usb/001/002\\nDEVTYPE=usb_device\\n' >"$usb/uevent"
    ln -s ../../../bus/usb "$usb/subsystem"
    device=$usb
    if [[ $4 == true ]]; then
      device=$usb/1-1:1.0/ttyUSB0/tty/ttyUSB0
      mkdir -p "$device"
      printf 'MAJOR=188\\nMINOR=0\\nDEVNAME=ttyUSB0\\n' >"$device/uevent"
      ln -s /sys/class/tty "$device/subsystem"
    fi
    SYSTEMD_DEVICE_VERIFY_SYSFS=0 udevadm test --action=add "$device"
    echo "POWER=$(head -c 2 "$usb/power/control")"
    """

  /// What udev says of our rules, and the properties that it leaves the device with.
  private func simulate(_ device: Device, rules: String? = nil) throws -> (said: [String], properties: Set<String>) {
    let path = Tool.root.appending(path: "udev/95-fedow-tap.rules")
    let folder = TemporaryFolder()
    try folder.write(try rules ?? String(contentsOf: path, encoding: .utf8), to: "fedow.rules")
    let outcome = try Tool.run(
      MountNamespace.command + [
        "bash", "-c", Self.simulation, "simulation", folder.url.path, device.vendor, device.product,
        String(device.isSerial),
      ])
    try #require(outcome.status == 0, "\(outcome.errors)")
    let said = outcome.errors.split(separator: "\n").filter { $0.contains("95-fedow-tap.rules") }
      .map { String($0) }.filter { !$0.hasPrefix("Reading rules file") }
    return (said, Set(outcome.output.split(separator: "\n").map { String($0) }))
  }

  /// What is said when the rules are read, before any device: an error in them.
  private func complaints(_ said: [String]) -> [String] {
    said.filter { $0.hasPrefix("/etc/udev/rules.d/") || $0.contains("Failed") || $0.contains("ignoring") }
  }

  @Test("A reader becomes tapd's; its group is left as it was", arguments: readers)
  func reader(device: Device) throws {
    let (said, properties) = try simulate(device)
    #expect(complaints(said) == [])
    #expect(said.contains { $0.hasSuffix(" OWNER 961") })
    #expect(said.contains { $0.hasSuffix(" MODE 0660") })
    #expect(!said.contains { $0.contains(" GROUP ") })
    if device.isSerial {
      #expect(properties.contains("ID_MM_PORT_IGNORE=1"))
    } else {
      #expect(properties.contains("POWER=on"))
    }
  }

  @Test("Any other device is left alone", arguments: strangers)
  func stranger(device: Device) throws {
    let (said, properties) = try simulate(device)
    #expect(said == [])
    #expect(properties.contains("POWER=au"))
    #expect(!properties.contains("ID_MM_PORT_IGNORE=1"))
  }

  @Test(
    "udev is heard when it has something to say",
    arguments: [
      "SUBSYSTEM==\"usb\", OWNRE=\"tapd\"", "SUBSYSTEM==\"usb\", OWNER=\"nobody-of-that-name\"",
      "SUBSYSTEM==\"usb\", GOTO=\"nowhere\"", "SUBSYSTEM==\"usb\" OWNER",
    ])
  func badRule(rule: String) throws {
    #expect(try complaints(simulate(Self.readers[0], rules: rule + "\n").said) != [])
  }
}
