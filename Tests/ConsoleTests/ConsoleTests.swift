import Console
import FedowProtocol
import Model
import Testing

@Suite("What commands print")
struct ConsoleTests {
  @Test(
    "Amounts have the locale's comma or point",
    arguments: [
      ("fr_FR.UTF-8", "-3,50"), ("de_DE", "-3,50"), ("en_GB.UTF-8", "-3.50"), ("C", "-3.50"), ("de_CH.UTF-8", "-3.50"),
      ("", "-3.50"),
    ])
  func money(locale: String, text: String) {
    #expect(Money(locale: locale).text(Amount(minorUnits: -350)) == text)
  }

  @Test("A table's columns are as wide as their widest cell, and nothing trails")
  func table() {
    var table = Table([("what", .left), ("sum", .right)])
    table.add(["beer", "3.50"])
    table.add(["a", "12.00"])
    #expect(table.lines() == ["what    sum", "beer   3.50", "a     12.00"])
    #expect(table.lines(.emphatic).first == "\u{1B}[1mwhat    sum\u{1B}[0m")
  }

  @Test(
    "CSV quotes what would break it, and defuses formulas",
    arguments: [
      ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""), ("=1+1", "'=1+1"), ("-3.50", "-3.50"), ("@x", "'@x"),
      ("é", "é"),
    ])
  func csv(field: String, written: String) {
    #expect(CSV.line(["x", field]) == "x,\(written)")
  }

  @Test("A question that --yes answered is not asked")
  func agreed() throws {
    #expect(try Question.isAgreed("Really?", yes: true))
  }

  @Test("A manual page has each command and option, escaped for roff")
  func manual() throws {
    let dump = try JSON.parse(
      #"""
      {"command": {"commandName": "x", "abstract": "Does x.", "subcommands": [
        {"commandName": "go", "abstract": ".dotted \\ text", "arguments": [
          {"kind": "option", "names": [{"kind": "long", "name": "dry-run"}], "valueName": "n", "abstract": "How."}]},
        {"commandName": "secret", "shouldDisplay": false}]}}
      """#)
    let page = ManualPage(dump).text
    #expect(page.hasPrefix(".TH X 1\n.SH NAME\nx \\- Does x.\n"))
    #expect(page.contains(".SS x go\n\\&.dotted \\e text\n"))
    #expect(page.contains("\\fB\\-\\-dry\\-run\\fR \\fIn\\fR\nHow.\n"))
    #expect(!page.contains("secret"))
  }
}
