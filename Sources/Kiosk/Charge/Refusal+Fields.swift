import FedowProtocol
import Model

extension Refusal {
  /// As the local API and its events show it: the code, and a sentence for each who reads it.
  public var fields: [(String, JSON)] {
    [
      ("code", JSON(code.rawValue)), ("sentence", JSON(sentence)), ("sentence_fr", JSON(code.sentenceInFrench)),
      ("sentence_holder", JSON(code.sentenceForHolder)),
      ("sentence_holder_fr", JSON(code.sentenceForHolderInFrench)),
    ]
  }
}
