import Model
import Testing

@Suite("Configuration text")
struct ConfigurationTextTests {
  @Test(
    "a line that begins like a section and is none is found",
    arguments: [
      ("[.readers]", 1), ("[#api]", 1), ("a = 1\n [[ =x]]", 2), ("[api]\n[", 2), ("[\u{E9}]", 1),
    ])
  func faulty(text: String, line: Int) { #expect(ConfigurationText.faultyHeader(in: text) == line) }

  @Test(
    "sections, lists and blank keys are the parser's",
    arguments: [
      "[api]\nport = 1", "[[ 'a' ]]", "x = [\n  [1, 2],\n]", "[]", "", "# [", "\t[ \"a b\" ]\r\n",
    ])
  func good(text: String) { #expect(ConfigurationText.faultyHeader(in: text) == nil) }
}
