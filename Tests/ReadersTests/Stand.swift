import Foundation
import Model
import Readers
import TestKit
import Testing

/// A reader of one stack with a hand that lays cards on it: what the conformance suite needs of each stack.
protocol ReaderStand: Sendable {
  var reader: any TagReader { get }
  func put(_ uid: TagUID) throws
  func takeAway() throws
  func unplug() throws
  func plugIn() throws
}

/// The stacks by name.
enum Stack: String, CaseIterable, CustomTestStringConvertible {
  case pcsc, libnfc, trace

  var testDescription: String { rawValue }

  func stand() throws -> any ReaderStand {
    switch self {
    case .pcsc: try PCSCStand()
    case .libnfc: try LibnfcStand()
    case .trace: try TraceStand()
    }
  }
}

/// Folders for one test run.
enum Scratch {
  static func directory() throws -> String {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("fedow-tap-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url.path
  }
}
