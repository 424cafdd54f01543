import ArgumentParser
import FedowProtocol

/// `tapctl devices`.
struct DevicesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices", abstract: "The kiosks of this place, each with a key of its own.",
    subcommands: [DevicesListCommand.self, DevicesInviteCommand.self, DevicesRevokeCommand.self])
}

/// `tapctl devices list`.
struct DevicesListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List them; * is this one.")

  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      let answer = try await options.client.get("/v1/devices")
      if options.json { return Terminal.line(answer.compact) }
      for device in answer["devices"]?.elements ?? [] {
        let state = device["revoked_at"]?.text.map { "revoked \($0)" } ?? "seen \(device["last_seen_at"]?.text ?? "-")"
        let mark = device["is_this"]?.bool == true ? "*" : " "
        Terminal.line("\(mark) \(device["device"]?.text ?? "?")\t\(device["name"]?.text ?? "?")\t\(state)")
      }
    }
  }
}

/// `tapctl devices invite`.
struct DevicesInviteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invite", abstract: "Print a single-use code for a further kiosk: tapctl pair CODE.",
    discussion: "Needs an operator's card: tapctl operator open.")

  @Argument(help: "What the new kiosk is called.")
  var name: String

  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      let answer = try await options.client.post("/v1/devices/codes", ["name": JSON(name)])
      if options.json { return Terminal.line(answer.compact) }
      Terminal.line(answer["code"]?.text ?? "?")
      Terminal.line("  good once, until \(answer["expires_at"]?.text ?? "?")")
    }
  }
}

/// `tapctl devices revoke`.
struct DevicesRevokeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "End a kiosk's key at once: it can read no card and debit nothing any more.",
    discussion: "Needs an operator's card: tapctl operator open.")

  @Argument(help: "The device's id, as `tapctl devices list` prints it.")
  var device: String

  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      let answer = try await options.client.post("/v1/devices/\(Terminal.pathPart(device))/revoke", [:])
      Terminal.line(options.json ? answer.compact : "Revoked.")
    }
  }
}
