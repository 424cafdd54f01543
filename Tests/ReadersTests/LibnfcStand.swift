import Foundation
import Model
import Readers
import TestKit

/// Genuine libnfc in tapd's worker process, driving a PN532 on a pseudo-terminal.
struct LibnfcStand: ReaderStand {
  let chip: PN532Emulator
  let reader: any TagReader
  private let folder = TemporaryFolder()

  init() throws {
    let emulator = try PN532Emulator(path: folder.path + "/ttyPN532")
    chip = emulator
    reader = LibnfcReader(connstring: emulator.connstring, worker: Self.worker)
  }

  /// tapd as it was built beside the tests.
  static let worker = WorkerCommand(
    executable: Bundle.main.executableURL?.deletingLastPathComponent().appendingPathComponent("tapd").path ?? "tapd",
    arguments: ["reader-worker"])

  func put(_ uid: TagUID) { chip.tags = [EmulatedTag(uid: uid.bytes)] }

  func takeAway() { chip.tags = [] }

  func unplug() {
    chip.tags = []
    chip.unplug()
  }

  func plugIn() throws { try chip.plug() }
}
