import Foundation
import Testing

/// What the README promises about the sources.
@Suite("The README")
struct ReadmeTests {
  @Test("Its table of error codes is the sources', sentence for sentence")
  func errorCodes() throws {
    let source = try String(contentsOf: Tool.root.appending(path: "Sources/Model/Refusal+Code.swift"), encoding: .utf8)
    let codes = source.matches(of: try Regex(#"case (\w+) = "(\w+)""#)).compactMap { match in
      match[1].substring.flatMap { name in match[2].substring.map { (name: name, code: $0) } }
    }
    try #require(codes.count > 20, "The codes are not where they are looked for")
    let english = source.prefix(upTo: try #require(source.range(of: "sentenceInFrench")).lowerBound)
    let readme = try String(contentsOf: Tool.root.appending(path: "README.md"), encoding: .utf8)
    let holder = try String(
      contentsOf: Tool.root.appending(path: "Sources/Model/Refusal+Holder.swift"), encoding: .utf8)
    let forHolder = holder.prefix(upTo: try #require(holder.range(of: "sentenceForHolderInFrench")).lowerBound)
    for (name, code) in codes {
      let sentence = english.firstMatch(of: try Regex("case \\.\(name): \"(.*)\"")).flatMap { $0[1].substring }
      #expect(readme.contains("| `\(code)` | \(sentence ?? "?") |"), "\(code) is missing or has another sentence")
      let own = forHolder.firstMatch(of: try Regex("\\.\(name)[,:][^\"]*\"(.*)\"")).flatMap { $0[1].substring }
      let other = forHolder.firstMatch(of: try Regex("default: \"(.*)\"")).flatMap { $0[1].substring }
      #expect(readme.contains("| \(sentence ?? "?") | \(own ?? other ?? "?") |"), "\(code), for the card-holder")
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
