/// Where cards are presented to one kiosk.
protocol CardDesk: Sendable {
  /// The lines of `[readers]` in tapd's configuration.
  var configuration: String { get }
  /// What tapd needs in its environment.
  var environment: [String: String] { get }
  /// How long a card lies there before it is taken away and presented anew.
  var patience: Duration { get }
  /// What can happen to the reader.
  var trouble: Trouble? { get }

  /// Lays the card down; `name` is new each time.
  func present(_ tag: String, as name: String)
  /// Takes it away, and waits until a reader has seen that.
  func withdraw() async
  /// tapd is about to start.
  func prepare()
  /// Takes the reader away for so long.
  func breakDown(for duration: Duration) async throws
  /// The end.
  func close()
}

extension CardDesk {
  var environment: [String: String] { [:] }
  var trouble: Trouble? { nil }
  func prepare() {}
  func breakDown(for duration: Duration) async throws {}
  func close() {}
}
