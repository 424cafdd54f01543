import Foundation
import Testing

/// The code as it is, held against the design.
@Suite("The house keeps the design's rules")
struct HouseTests {
  /// What is allowed to break a rule, and why. An exception that nothing needs any more fails too.
  static let exceptions: [(path: String, rule: Violation.Rule, reason: String)] = []

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Every Swift file and shim of ours, from the package's root.
  static func files(under folder: String, suffixes: [String] = [".swift"]) throws -> [String] {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
    return paths.filter { path in suffixes.contains { path.hasSuffix($0) } }.map { "\(folder)/\($0)" }.sorted()
  }

  @Test("No file breaks a rule, and no exception is left over", arguments: ["Sources", "Tests"])
  func files(folder: String) throws {
    let paths = try Self.files(under: folder)
    #expect(paths.count > 10, "The sources are not where they are looked for")
    var unneeded = Self.exceptions.filter { $0.path.hasPrefix(folder + "/") }
    for path in paths {
      let text = try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
      for violation in HouseRules(path: path, text: text).violations {
        unneeded.removeAll { $0.path == violation.path && $0.rule == violation.rule }
        let isExcepted = Self.exceptions.contains { $0.path == violation.path && $0.rule == violation.rule }
        #expect(isExcepted, "\(violation)")
      }
    }
    #expect(unneeded.isEmpty, "Nothing needs these exceptions any more")
  }

  @Test("Every folder of Sources is a target of the design's table, and the other way round")
  func targets() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "Sources").path)
    #expect(Set(folders) == Set(Floors.table.keys))
  }

  @Test("The design's arrows point down: no target reaches itself")
  func arrows() {
    var reached = Set<String>()
    func reach(_ target: String) {
      for next in Floors.table[target] ?? [] where reached.insert(next).inserted { reach(next) }
    }
    for target in Floors.table.keys {
      reached = []
      reach(target)
      #expect(!reached.contains(target), "\(target) imports itself in the end")
    }
  }

  @Test("The shims are headers: what Swift cannot call, in static inline functions of a few lines")
  func shims() throws {
    for path in try Self.files(under: "Sources", suffixes: [".h", ".c", ".m", ".cpp", ".S"]) {
      #expect(path.hasSuffix("/shim.h"), "\(path): a shim is one header")
      let text = try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
      #expect(text.split(separator: "\n").count <= 60, "\(path): a shim carries no logic")
    }
  }
}
