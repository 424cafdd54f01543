import Foundation
import Model
import Testing

/// What the README promises about the sources.
@Suite("The README")
struct ReadmeTests {
  @Test("Its table of error codes is the sources', sentence for sentence")
  func errorCodes() throws {
    let readme = try String(contentsOf: Tool.root.appending(path: "README.md"), encoding: .utf8)
    for code in Refusal.Code.allCases {
      // Without a sentence of its own a code would show itself.
      #expect(code.sentence != code.rawValue && code.sentenceInFrench != code.rawValue, "\(code.rawValue)")
      let line = "| `\(code.rawValue)` | \(code.sentence) | \(code.sentenceForHolder) |"
      #expect(readme.contains(line), "\(code.rawValue) is missing or has another sentence")
    }
  }

  @Test("Its first commands are make demo and make test, and the Makefile has them")
  func commands() throws {
    let readme = try String(contentsOf: Tool.root.appending(path: "README.md"), encoding: .utf8)
    let block = readme.split(separator: "```sh\n", maxSplits: 1).last?.prefix { $0 != "`" }
    #expect(block == "make demo\nmake test\n")
    let help = try Tool.run("make", "--no-print-directory")
    for target in ["demo", "test", "check", "bench", "build", "install", "clean"] {
      #expect(help.output.contains("make \(target) "), "\(help.output)\(help.errors)")
    }
  }
}
