import Dispatch
import Glibc

/// Whoever ends this program ends its daemons with it.
enum Interrupts {
  static func whenAsked(_ tidy: @escaping @Sendable () -> Void) {
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      // Its own handler keeps the source alive, which nobody ever cancels.
      source.setEventHandler {
        withExtendedLifetime(source) { tidy() }
        exit(128 + number)
      }
      source.resume()
    }
  }
}
