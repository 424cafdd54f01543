import FedowProtocol
import HTTPTypes
import Hummingbird
import Ledger
import Model

/// An error's answer with its code and its sentence beside the fields that older clients read.
///
/// The protocol of old has errors by field (`{"amount": ["..."]}`), of the whole request (`{"non_field_errors": [...]}`)
/// and bare strings. An object gets `code` and `detail` at its end; a string or a list stays as it is, because clients
/// compare it whole, and the code is in the header alone.
struct RefusalBody {
  let answer: Answer
  let code: String

  static let header = HTTPField.Name("X-Refusal-Code") ?? .ifMatch

  init(_ answer: Answer) {
    let body = (try? JSON.parse(answer.body)) ?? .null
    let sentences = Self.sentences(of: body)
    code = body["code"]?.text ?? Refusal.Code(status: answer.status, sentences: sentences.map(\.text)).rawValue
    guard var object = body.object, object["code"] == nil || object["detail"]?.text == nil else {
      self.answer = answer
      return
    }
    if object["code"] == nil { object["code"] = JSON(code) }
    if object["detail"]?.text == nil {
      let first = sentences.first.map { $0.field == nil ? $0.text : "\($0.field ?? ""): \($0.text)" }
      object["detail"] = JSON(first ?? "The request was refused.")
    }
    self.answer = Answer(status: answer.status, .object(object))
  }

  var response: Response {
    var response = answer.response
    response.headers[Self.header] = code
    return response
  }

  /// What the body says, with the field that it says it of.
  private static func sentences(of body: JSON) -> [(field: String?, text: String)] {
    if let text = body.text { return [(nil, text)] }
    if let elements = body.elements { return elements.flatMap { sentences(of: $0) } }
    return (body.object?.entries ?? []).flatMap { entry -> [(field: String?, text: String)] in
      let name = entry.key.string
      let isOfAll = ["non_field_errors", "detail", "sentence"].contains(name)
      guard name != "code" else { return [] }
      return sentences(of: entry.value).map { (isOfAll ? nil : name, $0.text) }
    }
  }
}
