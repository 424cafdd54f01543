import ArgumentParser
import Console
import FedowProtocol

/// `ledgerd completions`.
struct Completions: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions", abstract: "Print the completion script of a shell.",
    discussion:
      "`make install` installs them; by hand: ledgerd completions bash > ~/.local/share/bash-completion/completions/ledgerd"
  )

  @Argument(help: "bash, zsh or fish.")
  var shell: String

  func run() throws {
    guard let shell = CompletionShell(rawValue: shell) else {
      throw ValidationError("There are completions for bash, zsh and fish.")
    }
    print(Ledgerd.completionScript(for: shell))
  }
}

/// `ledgerd manual`, for the installation.
struct Manual: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Print the manual page ledgerd(1).", shouldDisplay: false)

  func run() throws {
    do {
      _ = try Ledgerd.parseAsRoot(["--experimental-dump-help"])
    } catch {
      guard let dump = try? JSON.parse(Ledgerd.fullMessage(for: error)) else { throw ExitCode.failure }
      print(ManualPage(dump).text, terminator: "")
    }
  }
}
