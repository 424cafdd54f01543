/// Why something was not done: a stable code for programs and a plain sentence for a person.
///
/// Codes never change once released; sentences may. Errors below the edges carry their cause in the log, not here.
public struct Refusal: Error, Hashable, Sendable {
  /// The stable code.
  public let code: Code
  /// What a cashier or operator can act on, in English.
  public let sentence: String

  /// A refusal with its sentence; nil takes the code's own.
  public init(_ code: Code, _ sentence: String? = nil) {
    self.code = code
    self.sentence = sentence ?? code.sentence
  }
}

extension Refusal: CustomStringConvertible {
  /// Both, for logs and terminals.
  public var description: String { "\(code.rawValue): \(sentence)" }
}

extension Refusal {
  /// The sentence for a person at a kiosk, in French or, for any other language, in English.
  public func sentence(language: String) -> String {
    language.hasPrefix("fr") ? code.sentenceInFrench : sentence
  }
}
