import Foundation
import Fuzzing
import Testing

/// The seeds of the fuzzer, and every input that once broke a property, through the functions that the fuzzer calls.
@Suite("Inputs of strangers")
struct ReplayTests {
  @Test("seeds and former findings hold every property", arguments: FuzzTarget.allCases)
  func replay(target: FuzzTarget) throws {
    var count = 0
    for folder in ["Corpus", "Regressions"] {
      let url = Bundle.module.bundleURL.appending(path: "\(folder)/\(target.rawValue)")
      let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
      for name in names.sorted() {
        let bytes = Array(try Data(contentsOf: url.appending(path: name)))
        #expect(throws: Never.self, "\(folder)/\(target.rawValue)/\(name)") { try target.run(bytes) }
        count += 1
      }
    }
    #expect(count > 0, "there is no seed for \(target.rawValue)")
    if target == .ledger { try LedgerTarget.shared.audit() }
  }
}
