import ArgumentParser

/// What every command that talks to tapd takes.
struct KioskOptions: ParsableArguments {
  @Option(help: "The address of tapd's local API.")
  var api = "http://127.0.0.1:8440"

  @Flag(help: "Print JSON, for programs.")
  var json = false

  var client: KioskClient { KioskClient(baseURL: api) }
}
