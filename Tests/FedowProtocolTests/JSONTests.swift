import FedowProtocol
import Testing

@Suite("JSON")
struct JSONTests {
  @Test(
    "floats are written as Python's repr",
    arguments: [
      ("1.0", "1.0"), ("1e15", "1000000000000000.0"), ("1e16", "1e+16"),
      ("123456789012345680.0", "1.2345678901234568e+17"),
      ("0.0001", "0.0001"), ("0.00001", "1e-05"), ("1.5e-7", "1.5e-07"), ("-0.0", "-0.0"), ("5e-324", "5e-324"),
      ("1.7976931348623157e308", "1.7976931348623157e+308"), ("0.1", "0.1"),
      ("100.25", "100.25"),
    ])
  func floats(literal: String, dumped: String) throws {
    #expect(try JSON.parse(literal).pythonDump() == dumped)
  }

  @Test("integers keep every digit, and minus nothing is nothing")
  func integers() throws {
    #expect(try JSON.parse("123456789012345678901234567890").pythonDump() == "123456789012345678901234567890")
    #expect(try JSON.parse("-0").pythonDump() == "0")
    #expect(try JSON.parse("9223372036854775808").int64 == nil)
  }

  @Test("strings keep lone surrogates, composed and decomposed letters apart")
  func strings() throws {
    #expect(try JSON.parse(#""\ud800x""#).pythonDump() == #""\ud800x""#)
    #expect(try JSON.parse(#""\ud83d\ude00""#).text == "😀")
    #expect(try JSON.parse(#"{"\u00e9": 1, "e\u0301": 2}"#).pythonDump() == #"{"\u00e9": 1, "e\u0301": 2}"#)
    #expect(try JSON.parse(#""\ud800""#).text == nil)
  }

  @Test("a key given twice has its last value at its first place")
  func duplicateKeys() throws {
    #expect(try JSON.parse(#"{"a": 1, "b": 2, "a": 3}"#).pythonDump() == #"{"a": 3, "b": 2}"#)
  }

  @Test("sorted keys stand in the order of code points, not of UTF-16")
  func sortedKeys() throws {
    #expect(
      try JSON.parse(#"{"\ud83d\ude00": 1, "\uffff": 2}"#).pythonDump(sortKeys: true)
        == #"{"\uffff": 2, "\ud83d\ude00": 1}"#)
  }

  @Test("answers are compact and escape only what breaks JavaScript")
  func compact() {
    let value: JSON = ["é": [1, true, nil, "\u{2028}/\u{7F}"]]
    #expect(value.compact == "{\"é\":[1,true,null,\"\\u2028/\u{7F}\"]}")
  }

  @Test(
    "what is not JSON is refused with its place",
    arguments: [
      "", "{", "[1,]", "{\"a\":}", "{a:1}", "01", "1.", "-", "+1", ".5", "NaN", "Infinity", "1e400", "-1e309", "\"a",
      "\"\u{1}\"",
      "\"\\x\"",
      "\"\\u12g4\"", "tru", "1 2", "{\"a\" 1}", "[1 2]", "'a'",
    ])
  func malformed(text: String) {
    #expect(throws: JSONError.self) { try JSON.parse(text) }
  }

  @Test("neither depth nor digits without end can exhaust the reader")
  func bounds() throws {
    #expect(throws: JSONError.self) { try JSON.parse(String(repeating: "[", count: 100_000)) }
    #expect(throws: JSONError.self) { try JSON.parse(String(repeating: "9", count: 5000)) }
    // Python counts the digits alone.
    let longest = "-" + String(repeating: "9", count: 4300)
    #expect(try JSON.parse(longest).pythonDump() == longest)
    #expect(throws: JSONError.self) { try JSON.parse([0x22, 0xFF, 0x22]) }
  }

  @Test(
    "Python's str() of what metadata may be",
    arguments: [
      ("null", "None"), (#""text""#, "text"), ("[1, 1.5, true, null]", "[1, 1.5, True, None]"),
      (#"{"a": "it's", "b": "say \"x\"", "c": "both ' \""}"#, #"{'a': "it's", 'b': 'say "x"', 'c': 'both \' "'}"#),
      (
        #"{"k": "\n\t\\ \u0001 \u00a0 \u200b \ud83d\ude00 \ud800"}"#,
        "{'k': '\\n\\t\\\\ \\x01 \\xa0 \\u200b 😀 \\ud800'}"
      ),
      ("{}", "{}"), ("[]", "[]"),
    ])
  func pythonString(json: String, text: String) throws {
    #expect(try JSON.parse(json).pythonString == text)
  }
}
