import ArgumentParser
import Console
import FedowProtocol

/// `tapctl completions`.
struct CompletionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions", abstract: "Print the completion script of a shell.",
    discussion:
      "`make install` installs them; by hand: tapctl completions bash > ~/.local/share/bash-completion/completions/tapctl"
  )

  @Argument(help: "bash, zsh or fish.")
  var shell: String

  func run() throws {
    guard let shell = CompletionShell(rawValue: shell) else {
      throw ValidationError("There are completions for bash, zsh and fish.")
    }
    print(Tapctl.completionScript(for: shell))
  }
}

/// `tapctl manual`, for the installation.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Print the manual page tapctl(1).", shouldDisplay: false)

  func run() throws {
    do {
      _ = try Tapctl.parseAsRoot(["--experimental-dump-help"])
    } catch {
      guard let dump = try? JSON.parse(Tapctl.fullMessage(for: error)) else { throw ExitCode.failure }
      print(ManualPage(dump).text, terminator: "")
    }
  }
}
