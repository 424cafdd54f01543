import FedowProtocol
import Model
import Testing

@Suite("Pairing")
struct PairingTests {
  let place = EntityID.random()

  @Test("a pairing string survives the terminal it was copied from")
  func pairingString() throws {
    let pairing = PairingString(domain: "fedow.example.org", place: place, temporaryKey: "abcdefgh.x")
    let text = pairing.text
    let wrapped = " " + text.prefix(20) + "\n" + text.dropFirst(20) + "\n"
    #expect(try PairingString(parsing: wrapped) == pairing)
    #expect(pairing.baseURL == "https://fedow.example.org")
    #expect(
      PairingString(domain: "http://127.0.0.1:8442/", place: place, temporaryKey: "").baseURL == "http://127.0.0.1:8442"
    )
    #expect(throws: Refusal.self) { try PairingString(parsing: String(text.dropLast(4))) }
  }

  @Test("the answer of a real server is read, and ours is written alike")
  func answer() throws {
    let recorded =
      "\"eyJwbGFjZV9hZG1pbl9hcGlrZXkiOiAiVnlvekxsUUEuUkVEQUNURUR4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHgiLCAicGxhY2Vfd2FsbGV0"
      + "X3V1aWQiOiAiMzNkMjQ1ODUtYzQxNC00NjZkLTgyMWQtOTYyY2NmNjNkY2RmIn0=\""
    let answer = try #require(Handshake.Answer(parsing: Array(recorded.utf8)))
    #expect(answer.wallet.text == "33d24585-c414-466d-821d-962ccf63dcdf")
    #expect(answer.body.compact == recorded)
  }

  @Test("a form body keeps its order and its escapes")
  func form() throws {
    let fields = Handshake.request(
      place: place, ip: "127.0.0.1", url: "https://é.example/?a=b&c", adminKey: "k", publicKeyPEM: "a+b\nc ~*")
    let object = try #require(fields.object)
    #expect(try FormBody.parse(FormBody.encode(object)) == fields)
    #expect(throws: JSONError.self) { try FormBody.parse(Array("a=%2".utf8)) }
    #expect(throws: JSONError.self) { try FormBody.parse(Array("a=%ff".utf8)) }
  }

  @Test("API keys have their form and never repeat")
  func apiKeys() {
    let key = APIKey.generate()
    #expect(APIKey(key.text) == key)
    #expect(key.digest != APIKey.generate().digest)
    for malformed in ["", "short.key", String(repeating: "a", count: 41)] { #expect(APIKey(malformed) == nil) }
  }
}
