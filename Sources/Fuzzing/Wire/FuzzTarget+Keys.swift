import FedowProtocol
import Model
import Signing

extension FuzzTarget {
  /// A key of ours, against which signatures are tried; made once, and no input depends on which.
  private static let key = try? RSAPrivateKey.generate()

  /// A key that is read is written as itself; no signature that a stranger writes is good.
  static func keys(_ bytes: [UInt8]) throws(Finding) {
    let text = text(bytes)
    if let key = try? RSAPublicKey(pem: text) {
      try Finding.unless(key.bits >= 2048, "a key of \(key.bits) bits")
      try Finding.unless((try? RSAPublicKey(pem: key.pem))?.pem == key.pem, "the key is written as another")
      _ = try? key.encrypt([1, 2, 3])
      try Finding.unless(!key.isValid(signature: bytes, for: [1]), "a signature out of nowhere")
    }
    if let key = try? RSAPrivateKey(pem: text) {
      try Finding.unless((try? RSAPrivateKey(pem: key.pem))?.pem == key.pem, "the private key is written as another")
    }
    _ = try? RSAPrivateKey(sealed: text, passphrase: [1])
    if let decoded = Base64URL.decode(text) {
      try Finding.unless(Base64URL.decode(Base64URL.encode(decoded)) == decoded, "base64url of \(decoded)")
      let forged = key?.publicKey.isValid(signature: decoded, for: SignedMessage.post([:])) ?? false
      try Finding.unless(!forged, "a forged signature")
      _ = try? key?.decrypt(decoded)
    }
  }

  /// What an operator pastes, and what a ledger answers it with.
  static func pairing(_ bytes: [UInt8]) throws(Finding) {
    // Both as it stands and as what stands inside: base64url is nothing that mutations of bytes find their way through.
    for text in [text(bytes), Base64URL.encode(bytes)] {
      if let pairing = try? PairingString(parsing: text) {
        try Finding.unless((try? PairingString(parsing: pairing.text)) == pairing, "pairing string \(pairing.text)")
        _ = pairing.baseURL
      }
      if let code = try? EnrolmentCode(parsing: text) {
        try Finding.unless((try? EnrolmentCode(parsing: code.text)) == code, "enrolment code \(code.text)")
        _ = code.baseURL
      }
      if let answer = Handshake.Answer(parsing: Array(JSON(text).pythonDump().utf8)) {
        let again = Handshake.Answer(parsing: Array(answer.body.pythonDump().utf8))
        try Finding.unless(again == answer, "answer to a handshake \(answer.body.pythonDump())")
      }
    }
  }
}
