import Kiosk
import Logging
import Model

/// The readers that the configuration names, and what makes taps of their sightings.
enum ReaderSources {
  static func make(_ configuration: KioskConfiguration, logger: Logger) -> [ReaderHub.Source] { [] }

  static func detection() -> @Sendable (TagSighting) -> TapNews? { { _ in nil } }
}
