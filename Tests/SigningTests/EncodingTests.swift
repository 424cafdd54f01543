import Model
import Signing
import Testing

@Suite("Digests and encodings")
struct EncodingTests {
  @Test("SHA-256 of FIPS 180-4's example")
  func digest() {
    #expect(SHA256.hex(of: "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(SHA256.hex(of: "") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test(
    "Base64 of RFC 4648's examples, both ways",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ])
  func base64(plain: String, encoded: String) {
    #expect(Base64URL.encode(Array(plain.utf8)) == encoded)
    #expect(Base64URL.decode(encoded) == Array(plain.utf8))
  }

  @Test("either alphabet is read, broken text is not")
  func alphabets() {
    #expect(Base64URL.encode([0xFB, 0xFF]) == "-_8=")
    #expect(Base64URL.decode("+/8=") == [0xFB, 0xFF])
    for broken in ["Zg", "Zg=", "Z===", "Zm9v!A==", "=Zg=", "Zg==Zg=="] { #expect(Base64URL.decode(broken) == nil) }
  }

  @Test("a 4-byte UID is its own tag id; a longer one has a stable alias")
  func firstTagID() throws {
    #expect(try TagUID(hex: "ABCDEF01").firstTagID == "ABCDEF01")
    #expect(try TagUID(hex: "04A1B2C3D4E5F6").firstTagID == "8150BA8E")
    #expect(try TagUID(hex: "04A1B2C3D4E5F7").firstTagID != TagUID(hex: "04A1B2C3D4E5F6").firstTagID)
  }

  @Test("constant-time comparison compares")
  func comparison() {
    #expect(ConstantTime.areEqual([1, 2], [1, 2]))
    #expect(!ConstantTime.areEqual([1, 2], [1, 3]))
    #expect(!ConstantTime.areEqual([1, 2], [1, 2, 3]))
  }
}
