extension DocumentationPage {
  /// How a request is signed, step by step.
  static let signing = """
    <section id="signing"><h2>Signing</h2>
    <p>Who may make a call is one of five, and each call says which:</p>
    <div class="wide"><table><tbody>
    \(Access.allCases.map { "<tr><td><code>\($0.rawValue)</code></td><td>\(escape($0.text))</td></tr>" }.joined(separator: "\n"))
    </tbody></table></div>
    <p>The headers:</p>
    <dl>
    \(Access.schemes.map { "<dt><code>\($0.header)</code> (\($0.name))</dt><dd>\(prose($0.text))</dd>" }.joined(separator: "\n"))
    </dl>
    <h3>A signed POST, step by step</h3>
    <ol>
    <li>Write the body as Python's <code>json.dumps</code> does: <code>", "</code> and <code>": "</code> between, keys in \
    the order in which you send them, everything beyond ASCII as <code>\\uXXXX</code>.
    <pre>\(escape(dumped))</pre></li>
    <li>Encode its UTF-8 in padded base64url. These ASCII bytes are what is signed.
    <pre>\(escape(encoded))</pre></li>
    <li>Sign with RSA-PSS: SHA-256, MGF1 with SHA-256, the longest salt (222 bytes for a key of 2048 bits).</li>
    <li>Send the signature in padded base64url. White space in the body as it is sent is free; the order of its keys and \
    the writing of its numbers are not.
    <pre>POST /card/set_primary/ HTTP/1.1
    Content-Type: application/json
    Authorization: Api-Key AbCdEfGh.0123456789abcdefghijklmnopqrstuv
    Signature: q1w2…==

    \(escape(dumped))</pre></li>
    </ol>
    <p>The same in Python:</p>
    <pre>\(escape(python))</pre>
    <p>For a GET a place signs its API key (41 characters), and a wallet signs <code>{wallet}:{date}</code>. The same body \
    with the same signature is the same request: it is answered again and posts nothing. Two equal sales have two \
    signatures. A client that signs anew when it asks again sends the same <code>Idempotency-Key</code>; another key makes \
    no other request of the same signature.</p>
    </section>
    """

  /// The example's body as it is signed.
  static let dumped = #"{"first_tag_id": "68B87420", "delete": false}"#
  /// The example's body in base64url; a test computes it again.
  static let encoded = "eyJmaXJzdF90YWdfaWQiOiAiNjhCODc0MjAiLCAiZGVsZXRlIjogZmFsc2V9"

  private static let python = """
    import base64, json
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    body = {"first_tag_id": "68B87420", "delete": False}
    message = base64.urlsafe_b64encode(json.dumps(body).encode())
    pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=padding.PSS.MAX_LENGTH)
    signature = base64.urlsafe_b64encode(private_key.sign(message, pss, hashes.SHA256())).decode()
    """
}
