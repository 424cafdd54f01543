import Foundation
import Model
import Readers
import Synchronization
import TestKit

/// Genuine pcscd, genuine libpcsclite, a virtual card in the first slot.
final class PCSCStand: ReaderStand {
  /// libpcsclite reads the socket's name once, so the process has one pcscd, started anew for each stand.
  private static let folder = TemporaryFolder()
  static let daemon = Result { try PcscdHarness(directory: folder.path) }

  let daemon: PcscdHarness
  let reader: any TagReader = PCSCReaders()
  private let card = Mutex<VirtualCard?>(nil)

  init() throws {
    daemon = try Self.daemon.get()
    setenv("PCSCLITE_CSOCK_NAME", daemon.socketPath, 1)
    daemon.kill()
    try daemon.start()
  }

  deinit {
    card.withLock { $0?.remove() }
    daemon.kill()
  }

  func put(_ uid: TagUID) throws { try put(VirtualCard(uid: uid, port: daemon.ports[0])) }

  func put(_ virtual: VirtualCard) throws {
    try virtual.insert()
    card.withLock { card in
      card?.remove()
      card = virtual
    }
  }

  func takeAway() {
    card.withLock { card in
      card?.remove()
      card = nil
    }
  }

  func unplug() {
    takeAway()
    daemon.kill()
  }

  func plugIn() throws { try daemon.start() }
}
