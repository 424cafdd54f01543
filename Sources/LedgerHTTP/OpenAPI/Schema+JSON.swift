import FedowProtocol

extension Schema {
  /// The schema as JSON Schema writes it.
  var json: JSON {
    var object = JSONObject()
    if let component {
      object["$ref"] = JSON("#/components/schemas/\(component)")
      if !text.isEmpty { object["description"] = JSON(text) }
      return .object(object)
    }
    if types.count == 1 { object["type"] = JSON(types[0]) }
    if types.count > 1 { object["type"] = .array(types.map { JSON($0) }) }
    if !text.isEmpty { object["description"] = JSON(text) }
    if let format { object["format"] = JSON(format) }
    if let pattern { object["pattern"] = JSON(pattern) }
    if !choices.isEmpty { object["enum"] = .array(choices.map { JSON($0) } + (types.contains("null") ? [.null] : [])) }
    if let minimum { object["minimum"] = JSON(minimum) }
    if let maxLength { object["maxLength"] = JSON(Int64(maxLength)) }
    if let maxItems { object["maxItems"] = JSON(Int64(maxItems)) }
    if let element = items.first { object["items"] = element.json }
    if !properties.isEmpty {
      object["properties"] = .object(JSONObject(properties.map { ($0.name, $0.schema.json) }))
      let required = properties.filter(\.isRequired)
      if !required.isEmpty { object["required"] = .array(required.map { JSON($0.name) }) }
    }
    if let other = otherProperties.first { object["additionalProperties"] = other.json }
    if !alternatives.isEmpty { object["anyOf"] = .array(alternatives.map(\.json)) }
    return .object(object)
  }
}
