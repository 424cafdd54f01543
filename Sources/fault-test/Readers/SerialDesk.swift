import Model
import TestKit

/// A PN532 on a serial line, driven by genuine libnfc in tapd's worker.
final class SerialDesk: CardDesk {
  private let chip: PN532Emulator
  let patience = Duration.milliseconds(1000)
  let trouble: Trouble? = .readerPulled
  /// How long the worker may take to see that a card has gone.
  private static let gap = Duration.milliseconds(250)

  init(directory: String) throws { chip = try PN532Emulator(path: directory + "/ttyPN532") }

  var configuration: String { "pcsc = false\nlibnfc = [\"\(chip.connstring)\"]" }

  func present(_ tag: String, as name: String) {
    guard let uid = try? TagUID(hex: tag) else { return }
    chip.tags = [EmulatedTag(uid: uid.bytes)]
  }

  func withdraw() async {
    chip.tags = []
    try? await Task.sleep(for: Self.gap)
  }

  func breakDown(for duration: Duration) async throws {
    chip.tags = []
    chip.unplug()
    try? await Task.sleep(for: duration)
    try chip.plug()
  }

  func close() { chip.unplug() }
}
