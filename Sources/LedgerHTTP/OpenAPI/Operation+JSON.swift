import FedowProtocol

extension Operation {
  /// The call as OpenAPI 3.1 writes it.
  var json: JSON {
    var object: JSONObject = JSONObject([
      ("operationId", JSON(id)), ("tags", [JSON(tag)]), ("summary", JSON(summary)),
    ])
    if !detail.isEmpty { object["description"] = JSON(detail) }
    object["security"] = .array(
      access == .open ? [] : [.object(JSONObject(access.schemes.map { ($0, JSON.array([])) }))])
    if !parameters.isEmpty { object["parameters"] = .array(parameters.map(\.json)) }
    if let body {
      var content: [(String, JSON)] = [("application/json", ["schema": body.json])]
      if takesForm { content.append(("application/x-www-form-urlencoded", ["schema": body.json])) }
      object["requestBody"] = ["required": true, "content": .object(JSONObject(content))]
    }
    let replies = answers.map { (String($0.status), $0.json(media: media)) }
    let errors = allRefusals.map { refusal in
      let reference = refusal.component.map { ["$ref": JSON("#/components/responses/\($0)")] as JSON }
      return (String(refusal.status), reference ?? refusal.json())
    }
    object["responses"] = .object(JSONObject(replies + errors))
    return .object(object)
  }
}

extension Operation.Parameter {
  /// The parameter as OpenAPI writes it; what stands in the path is always required.
  var json: JSON {
    var inner = schema
    inner.text = ""
    return [
      "name": JSON(name), "in": JSON(place.rawValue), "required": .bool(place == .path),
      "description": JSON(schema.text), "schema": inner.json,
    ]
  }
}

extension Operation.Reply {
  /// The answer as OpenAPI writes it; each refusal carries its code in a header too.
  func json(media: String = "application/json") -> JSON {
    var object = JSONObject([("description", JSON(text))])
    if status >= 400 {
      var headers: [(String, JSON)] = [("X-Refusal-Code", ["$ref": "#/components/headers/RefusalCode"])]
      if status == 429 { headers.append(("Retry-After", ["$ref": "#/components/headers/RetryAfter"])) }
      object["headers"] = .object(JSONObject(headers))
    }
    object["content"] = .object(JSONObject([(media, ["schema": schema.json])]))
    return .object(object)
  }
}
