import Model
import Signing
import Testing

/// The test cases of RFC 4231.
@Suite struct HMACTests {
  @Test(arguments: [
    (
      Array("Jefe".utf8), "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
  ])
  func vector(key: [UInt8], message: String, code: String) {
    #expect(Hexadecimal.encode(HMAC.sha256(Array(message.utf8), key: key)) == code)
  }
}
