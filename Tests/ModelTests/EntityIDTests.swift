import Model
import Testing

@Suite("EntityID")
struct EntityIDTests {
  @Test("reads both spellings and either case, and writes the canonical one")
  func parses() {
    let canonical = "64329f09-74a7-49ff-8a00-58d25bb21c85"
    #expect(EntityID(canonical)?.text == canonical)
    #expect(EntityID("64329F0974A749FF8A0058D25BB21C85")?.text == canonical)
  }

  @Test(
    "refuses anything else",
    arguments: [
      "", "64329f09", "64329f0-974a7-49ff-8a00-58d25bb21c85", "64329f09-74a7-49ff-8a00-58d25bb21c8g",
    ])
  func refuses(text: String) {
    #expect(EntityID(text) == nil)
  }

  @Test("random ones carry version 4 and the RFC variant")
  func random() throws {
    for _ in 0..<64 {
      let characters = Array(EntityID.random().text)
      #expect(characters[14] == "4")
      #expect("89ab".contains(characters[19]))
    }
  }
}
