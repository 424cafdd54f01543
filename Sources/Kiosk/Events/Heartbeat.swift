import ServiceLifecycle

/// Keeps the watchers' connections alive, and ends them when the daemon stops.
///
/// It has to be the last service of its group: groups stop from the last to the first, and the HTTP server waits for its
/// streams to end.
public struct Heartbeat: Service {
  private let events: EventHub
  private let interval: Duration
  private let clock: any KioskClock

  /// A heartbeat of this hub.
  public init(events: EventHub, interval: Duration = .seconds(15), clock: any KioskClock) {
    self.events = events
    self.interval = interval
    self.clock = clock
  }

  /// Beats until the daemon stops.
  public func run() async {
    try? await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        try await self.clock.sleep(for: self.interval)
        self.events.publish(.heartbeat, nil)
      }
    }
    events.finish()
  }
}
