import Model
import Testing

@Suite("TagUID")
struct TagUIDTests {
  @Test(
    "takes 4, 7 and 10 bytes and prints them as upper-case hexadecimal",
    arguments: [
      "DEADBEEF", "04A1B2C3D4E5F6", "04A1B2C3D4E5F6778899",
    ])
  func sizes(hex: String) throws {
    #expect(try TagUID(hex: hex.lowercased()).description == hex)
  }

  @Test(
    "refuses every other size and every other character", arguments: ["", "04", "04A1B2C3D4", "DEADBEE", "DEADBEEG"])
  func malformed(hex: String) {
    #expect(throws: Refusal(.uidMalformed).withSentence(of: hex)) { try TagUID(hex: hex) }
  }

  @Test("is random only with 4 bytes of which the first is 08")
  func random() throws {
    #expect(try TagUID(hex: "08A1B2C3").isRandom)
    #expect(try !TagUID(hex: "04A1B2C3").isRandom)
    #expect(try !TagUID(hex: "08A1B2C3D4E5F6").isRandom)
  }
}

extension Refusal {
  /// The refusal that parsing this very text gives, so that a test compares the code and not the wording.
  fileprivate func withSentence(of hex: String) -> Refusal {
    do throws(Refusal) {
      _ = try TagUID(hex: hex)
      return self
    } catch { return Refusal(code, error.sentence) }
  }
}
