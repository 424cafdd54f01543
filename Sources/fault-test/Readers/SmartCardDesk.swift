import Model
import Synchronization
import TestKit

/// A genuine pcscd with a virtual reader.
final class SmartCardDesk: CardDesk {
  private let pcscd: PcscdHarness
  private let card = Mutex<VirtualCard?>(nil)
  let patience = Duration.milliseconds(1500)
  let trouble: Trouble? = .pcscdKilled
  let configuration = "pcsc = true"
  /// How long pcscd may take to see that a card has gone.
  private static let gap = Duration.milliseconds(350)

  init(directory: String) throws {
    pcscd = PcscdHarness(directory: directory + "/pcscd")
    try pcscd.start()
  }

  var environment: [String: String] { ["PCSCLITE_CSOCK_NAME": pcscd.socketPath] }

  func present(_ tag: String, as name: String) {
    guard let uid = try? TagUID(hex: tag), let port = pcscd.ports.first else { return }
    let laid = VirtualCard(uid: uid, port: port)
    // While pcscd is dead there is nothing to lay it on.
    if (try? laid.insert()) != nil { card.withLock { $0 = laid } }
  }

  func withdraw() async {
    card.withLock { card in
      card?.remove()
      card = nil
    }
    try? await Task.sleep(for: Self.gap)
  }

  func breakDown(for duration: Duration) async throws {
    pcscd.kill()
    try? await Task.sleep(for: duration)
    try pcscd.start()
  }

  func close() { pcscd.kill() }
}
