import Testing

/// Each rule, seen to fail on what it forbids and to let pass what only looks like it.
@Suite("The house's rules")
struct HouseRulesTests {
  private func rules(_ text: String, path: String = "Sources/Kiosk/Sample.swift") -> [Violation.Rule] {
    HouseRules(path: path, text: text).violations.map(\.rule)
  }

  @Test(
    "An import that the table does not have is found",
    arguments: [
      ("Model", "import Foundation"), ("Rules", "import Glibc"), ("Rules", "import Signing"),
      ("Signing", "import CPCSC"),
      ("FedowProtocol", "import COpenSSL"), ("Readers", "import Rules"), ("Ledger", "import Kiosk"),
      ("Ledger", "import Hummingbird"), ("Kiosk", "import CNFC"), ("KioskHTTP", "import GRDB"),
      ("LedgerHTTP", "import KioskHTTP"), ("ledgerd", "import CCurl"), ("tapd", "import GRDB"),
      ("Rules", "@preconcurrency import Foundation"), ("Rules", "private import struct Foundation.URL"),
      ("Rules", "#if canImport(Glibc)\n  import Glibc\n#endif"),
    ])
  func forbiddenImport(target: String, text: String) {
    #expect(rules(text, path: "Sources/\(target)/Sample.swift") == [.importNotAllowed])
  }

  @Test(
    "An import that the table has, and a word that only looks like one, pass",
    arguments: [
      ("Rules", "import Model"), ("Signing", "import COpenSSL"), ("Readers", "import CPCSC"), ("Kiosk", "import GRDB"),
      ("Transport", "import CCurl"), ("Rules", "// import Glibc"), ("Rules", "/* a /* b */\nimport Glibc */"),
      ("Rules", "let text = \"\"\"\nimport Glibc\n\"\"\""), ("Rules", "func load(import module: Int) {}"),
    ])
  func allowedImport(target: String, text: String) {
    #expect(rules(text, path: "Sources/\(target)/Sample.swift").isEmpty)
  }

  @Test("A target that the table does not have is found")
  func unknownTarget() {
    #expect(rules("import Model", path: "Sources/Utils/Sample.swift") == [.unknownTarget])
  }

  @Test(
    "Rules waits for nothing, knows no clock and draws no lots",
    arguments: [
      "func decide() async {}", "let now = ContinuousClock.now", "let now = Date()", "let id = UUID()",
      "let lot = Int.random(in: 0..<2)", "actor Detector {}", "let now = time(nil)", "let text = \"\\(Date())\"",
      "Task {}",
    ])
  func impureRule(text: String) {
    #expect(rules(text, path: "Sources/Rules/Sample.swift") == [.impureRule])
  }

  @Test(
    "Rules is given its time",
    arguments: [
      "func step(now: MonotonicTime, time: Int) {}", "let text = \"async Date\"", "case time", "// no clock, no Date",
    ])
  func pureRule(text: String) {
    #expect(rules(text, path: "Sources/Rules/Sample.swift").isEmpty)
    #expect(rules("func decide() async {}").isEmpty)
  }

  @Test("A file may have 400 lines")
  func fileLength() {
    #expect(rules(String(repeating: "//\n", count: 400)).isEmpty)
    #expect(rules(String(repeating: "//\n", count: 401)) == [.longFile])
  }

  @Test(
    "A function, initialiser, subscript or computed property may have 70 lines",
    arguments: [
      "func f(a: Int = [1, 2].map({ $0 })[0]) throws -> [String: Int] {", "init() {", "deinit {",
      "subscript(i: Int) -> Int {", "var x: Int {", "func f<T>(\n  _ x: T\n) -> T where T: Equatable {",
    ])
  func functionLength(head: String) {
    let before = head.split(separator: "\n").count
    func text(_ lines: Int) -> String {
      // The strings and comments would unbalance a count that does not know them.
      let fill = String(repeating: "  x(\"{ \\(y(\"{\")) \\\" {\") // {\n", count: lines - before - 1)
      return "struct S {\n\(head)\n\(fill)}\n}\n"
    }
    #expect(rules(text(70)).isEmpty)
    #expect(rules(text(71)) == [.longFunction])
  }

  @Test("A function without a body, a stored property and a call are no functions; one inside another is")
  func functionShapes() {
    let text = """
      protocol P {
        func a()
        var b: Int { get }
        init()
      }
      struct S {
        var c = { 1 }()
        func d() {
          func e() {}
          self.init()
        }
      }
      """
    let functions = FunctionLengths.measure(MaskedSource(text).code)
    #expect(Set(functions.map { "\($0.name) \($0.line) \($0.lines)" }) == ["b 3 1", "d 8 4", "e 9 1"])
  }

  @Test(
    "What ends or blocks a daemon is found",
    arguments: [
      ("let x = try! f()", Violation.Rule.forcedTry), ("fatalError(\"no\")", .trap),
      ("Thread.sleep(1)", .blockingSleep),
      ("usleep(10)", .blockingSleep), ("sleep(1)", .blockingSleep), ("let t = \"\\(try! f())\"", .forcedTry),
    ])
  func forbiddenCall(text: String, rule: Violation.Rule) {
    #expect(rules(text) == [rule])
    #expect(rules(text, path: "Tests/ModelTests/Sample.swift") == [rule])
  }

  @Test(
    "What only looks like it passes",
    arguments: [
      "let x = try f()", "// fatalError", "let t = #\"try! \"fatalError(\"#", "try await Task.sleep(for: d)",
      "try await clock.sleep(until: t)", "let s = !x", "let u = try? f()",
      "func sleep(for duration: Duration) async throws {}",
    ])
  func allowedCall(text: String) {
    #expect(rules(text).isEmpty)
  }

  @Test("@unchecked Sendable needs its reason beside it")
  func uncheckedSendable() {
    let bare = "final class C: @unchecked Sendable {\n  let a = 1\n}"
    #expect(rules(bare) == [.uncheckedSendable])
    #expect(rules("/// A card.\n" + bare) == [.uncheckedSendable])
    #expect(rules("// Far away.\n\n\n" + bare) == [.uncheckedSendable])
    #expect(rules("// The pointer is only touched on the queue.\n" + bare).isEmpty)
    #expect(rules("final class C: @unchecked Sendable {\n  // Immutable once made.\n  let a = 1\n}").isEmpty)
    #expect(rules("let text = \"@unchecked Sendable\"").isEmpty)
  }
}
