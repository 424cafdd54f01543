import COpenSSL

extension SigningError {
  /// The error of the given step with the newest reason in OpenSSL's queue, which is emptied.
  init(_ code: Code) {
    var reason: UInt = 0
    while case let next = ERR_get_error(), next != 0 { reason = next }
    var text = [CChar](repeating: 0, count: 256)
    if reason != 0 { ERR_error_string_n(reason, &text, text.count) }
    self.init(code: code, cause: String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
  }
}
