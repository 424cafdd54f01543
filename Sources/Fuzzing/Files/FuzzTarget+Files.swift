import FedowProtocol
import Kiosk
import Model

extension FuzzTarget {
  /// A list with a fault names its lines; one without gives cards of which nothing comes twice.
  static func cards(_ bytes: [UInt8]) throws(Finding) {
    let file = CardFile(checking: text(bytes))
    for fault in file.faults { try Finding.unless(fault.line >= 0 && !fault.reason.isEmpty, "fault \(fault)") }
    guard file.faults.isEmpty else { return }
    for values in [file.cards.map(\.firstTagID), file.cards.map(\.numberPrinted), file.cards.map(\.qrcode.text)] {
      try Finding.unless(Set(values).count == file.count, "a value comes twice")
    }
    // The same list, written anew, is the same list.
    let lines = file.cards.map { "https://h/qr/\($0.qrcode),\($0.numberPrinted),\($0.fullUID ?? $0.firstTagID)" }
    let again = CardFile(checking: lines.joined(separator: "\n"))
    try Finding.unless(again.faults.isEmpty, "\(again.faults)")
    try Finding.unless(again.cards.map(\.firstTagID) == file.cards.map(\.firstTagID), "cards become others")
  }

  /// Every configuration is read or refused with the one code that says so, and with values within their bounds.
  static func configuration(_ bytes: [UInt8]) throws(Finding) {
    let configuration: KioskConfiguration
    do throws(Refusal) {
      configuration = try KioskConfiguration(toml: text(bytes))
    } catch {
      return try Finding.unless(error.code == .configurationInvalid, "refused with \(error.code)")
    }
    try Finding.unless((0...65_535).contains(configuration.port), "port \(configuration.port)")
    let host = configuration.host
    try Finding.unless(["127.0.0.1", "::1", "localhost"].contains(host), "the API would listen on \(host)")
    try Finding.unless(configuration.primaryCard?.utf8.count ?? 8 == 8, "primary card")
    for amount in [configuration.offline.perCard, configuration.offline.perDevice] {
      try Finding.unless(amount ?? .zero >= .zero, "an offline limit below 0")
    }
  }
}
