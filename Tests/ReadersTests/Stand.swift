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
  /// Ends what the stand started, before the next one starts the like.
  func close()
}

extension ReaderStand {
  /// Runs the reader beside the body, ends it and then the stand.
  func run(_ body: (ReaderProbe) async throws -> Void) async throws {
    let probe = ReaderProbe()
    let reader = reader
    let running = Task { await reader.run { probe.note($0) } }
    let result: Result<Void, any Error>
    do {
      result = .success(try await body(probe))
    } catch {
      result = .failure(error)
    }
    running.cancel()
    await running.value
    close()
    try result.get()
  }
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
