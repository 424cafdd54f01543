/// Values that are wrong in every way a client can think of.
enum BadValue {
  /// In the place of a field's value, as JSON writes it - or not.
  static let json: [String] = [
    "null", "true", "false", "0", "-0", "-1", "5", "1.5", "1e3", "1e400", "-1e-400",
    "9223372036854775807", "9223372036854775808", "-9223372036854775809",
    // 2^200.
    "1606938044258990275541962092341162602522202993782792835301376",
    String(repeating: "9", count: 5000), "NaN", "Infinity", "-Infinity", "0x10", "01", "+1", "nul", "'x'",
    #""""#, #"" ""#, #""x""#, #""-1""#, #""1.5""#, #""NaN""#, #""9223372036854775808""#, #""\u0000""#, #""a\u0000b""#,
    #""\ud800""#, #""\udc00\ud800""#, #""\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00""#,
    #""' OR 1=1 --""#, #""../../etc/passwd""#, #""%s%n""#, "\"\u{202E}\u{0301}\"", "\"a\u{1}b\"",
    #""00000000-0000-0000-0000-000000000000""#, #""5877ee5d-42f5-443d-b6b7-503bb2ee09d1""#,
    #""5877EE5D42F5443DB6B7503BB2EE09D1""#, #""2026-02-30T25:61:61Z""#, #""9999-12-31T23:59:59.999999Z""#,
    #""0000-00-00""#, "\"" + String(repeating: "é", count: 10_000) + "\"", "[]", "{}", "[[]]", #"{"a": {"b": []}}"#,
    #"["x", 1, null]"#, String(repeating: "[", count: 200) + String(repeating: "]", count: 200),
    String(repeating: #"{"a":"#, count: 300) + "1" + String(repeating: "}", count: 300),
    String(repeating: "[", count: 2_000),
  ]

  /// In the place of a whole body.
  static let bodies: [[UInt8]] =
    [
      "", " ", "{", "}", "{}", "[]", "[{}]", "[5]", "null", "5", "\"x\"", "{\"a\":}", "{\"a\" 1}", "{\"a\":1}}",
      "{a: 1}", "{\"a\": NaN}", "\u{FEFF}{}", "amount=5&sender=x", "<xml/>", "--x\r\n\r\n--x--",
      String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 10_000),
      "{" + (0..<500).map { "\"k\($0)\": \($0)" }.joined(separator: ",") + "}",
    ].map { Array($0.utf8) } + [
      [0xFF, 0xFE, 0x7B, 0x00], Array("{\"a\": \"".utf8) + [0xC3, 0x28] + Array("\"}".utf8),
      Array("{\"".utf8) + [0xED, 0xA0, 0x80] + Array("\": 1}".utf8), [0x00], [UInt8](repeating: 0x20, count: 4_200_000),
    ]

  /// In the place of a part of the path, or of what follows the question mark, percent-encoded.
  static let path: [String] = [
    "x", "0", "-1", "null", "5877ee5d-42f5-443d-b6b7-503bb2ee09d1", "00000000000000000000000000000000", "FFFFFFFF",
    "ffffffff", "%00", "A%00B", "%FF%FE", "%C3%28", "%F0%9F%98%80", "%2F", "..", "%2E%2E", "%", "%zz", "'%20OR%201=1",
    "9223372036854775808", "1606938044258990275541962092341162602522202993782792835301376", "NaN", "1.5",
    String(repeating: "A", count: 5000), String(repeating: "0", count: 64),
  ]

  /// In the place of the header that a proof of who sends stands in.
  static let header: [String] = [
    "", " ", "x", "Api-Key", "Api-Key ", "Api-Key x", "Bearer x", "api-key uwu4qD8g.0123456789abcdefghijklmnopqrstuv",
    "Api-Key uwu4qD8g.0123456789abcdefghijklmnopqrstuv", "Api-Key é.é", "====", "AAAA", "AA=A",
    "5877ee5d-42f5-443d-b6b7-503bb2ee09d1", "2026-11-23T00:49:30", "1970-01-01T00:00:00", "9999-99-99T99:99:99", "-1",
    String(repeating: "A", count: 8000),
  ]
}
