import FedowProtocol

extension Operation {
  /// The call for people.
  var html: String {
    let escape = DocumentationPage.escape
    var parts = [
      """
      <details id="\(id)" class="call"><summary><span class="method \(method.rawValue.lowercased())">\(method.rawValue)\
      </span> <code>\(escape(path))</code> <span class="access">\(access.rawValue)</span> \
      <span class="what">\(escape(summary))</span></summary>
      """
    ]
    if !detail.isEmpty { parts.append("<p>\(DocumentationPage.prose(detail))</p>") }
    parts.append("<p class=\"who\">Who: \(escape(access.text)) (\(access.rawValue)).</p>")
    if !parameters.isEmpty {
      let rows = parameters.map { parameter in
        """
        <tr><td><code>\(escape(parameter.name))</code></td><td>\(parameter.place.rawValue)</td>\
        <td>\(parameter.schema.typeHTML)</td><td>\(DocumentationPage.prose(parameter.schema.text))</td></tr>
        """
      }
      parts.append("<h4>Parameters</h4><div class=\"wide\"><table><tbody>\(rows.joined())</tbody></table></div>")
    }
    if let body {
      let form = takesForm ? " (JSON, or an HTML form)" : ""
      let fields = (body.items.first ?? body).fieldTable
      let name = body.component == nil && body.types == ["object"] ? "" : body.typeHTML
      parts.append("<h4>Body\(form)</h4><p>\(name) \(DocumentationPage.prose(body.text))</p>\(fields)")
    }
    parts.append("<h4>Answers</h4>" + Self.table(answers) + answers.map(\.schema.fieldTable).joined())
    parts.append("<h4>Refusals</h4>" + Self.table(allRefusals) + "</details>")
    return parts.joined(separator: "\n")
  }

  private static func table(_ replies: [Reply]) -> String {
    let rows = replies.map { reply in
      """
      <tr><td><b>\(reply.status)</b></td><td>\(DocumentationPage.prose(reply.text))</td>\
      <td>\(reply.schema.typeHTML)</td></tr>
      """
    }
    return "<div class=\"wide\"><table><tbody>\(rows.joined())</tbody></table></div>"
  }
}

extension Schema {
  /// Its type in a few words, with a link where it has a name.
  var typeHTML: String {
    if let component { return "<a href=\"#schema-\(component)\">\(component)</a>" }
    if !alternatives.isEmpty { return alternatives.map(\.typeHTML).joined(separator: " or ") }
    if let element = items.first { return "list of \(element.typeHTML)" }
    if !choices.isEmpty {
      return choices.map { "<code>\(DocumentationPage.escape($0))</code>" }.joined(separator: " ")
        + (types.contains("null") ? " or null" : "")
    }
    let name = types.isEmpty ? "anything" : types.joined(separator: " or ")
    let bound = maxLength.map { ", at most \($0) characters" } ?? ""
    return (format.map { types.contains("null") ? "\($0) or null" : $0 } ?? name) + bound
  }

  /// The fields of an object as a table, or nothing.
  var fieldTable: String {
    guard !properties.isEmpty else { return "" }
    let rows = properties.map { property in
      """
      <tr><td><code>\(DocumentationPage.escape(property.name))</code>\
      \(property.isRequired ? "" : " <small>optional</small>")</td>\
      <td>\(property.schema.typeHTML)</td><td>\(DocumentationPage.prose(property.schema.text))</td></tr>
      """
    }
    return """
      <div class="wide"><table><thead><tr><th>Field</th><th>Type</th><th></th></tr></thead>\
      <tbody>\(rows.joined())</tbody></table></div>
      """
  }
}
