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
