import FedowProtocol

/// A manual page (man(7)) made of the same definitions as `--help`: the JSON of `--experimental-dump-help`.
public struct ManualPage {
  private let root: JSON

  /// The page of the program that wrote this.
  public init(_ dump: JSON) { root = dump["command"] ?? dump }

  /// The page's source.
  public var text: String {
    let name = root["commandName"]?.text ?? "?"
    var lines = [
      ".TH \(name.uppercased()) 1", ".SH NAME", "\(name) \\- \(Self.escape(root["abstract"]?.text ?? ""))",
      ".SH SYNOPSIS", ".B \(name)", "\\fISUBCOMMAND\\fR [\\fIoptions\\fR]",
    ]
    if let discussion = root["discussion"]?.text { lines += [".SH DESCRIPTION"] + Self.paragraphs(discussion) }
    lines.append(".SH COMMANDS")
    for command in root["subcommands"]?.elements ?? [] { lines += Self.command(command, path: [name]) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func command(_ command: JSON, path: [String]) -> [String] {
    guard let name = command["commandName"]?.text, command["shouldDisplay"]?.bool != false, name != "help" else {
      return []
    }
    let path = path + [name]
    let children = command["subcommands"]?.elements ?? []
    var lines = [".SS \(path.joined(separator: " "))", escape(command["abstract"]?.text ?? "")]
    if let discussion = command["discussion"]?.text { lines += [".PP"] + paragraphs(discussion) }
    for argument in command["arguments"]?.elements ?? [] where argument["shouldDisplay"]?.bool != false {
      lines += [".TP", names(argument), escape(argument["abstract"]?.text ?? "Show this help.")]
    }
    return lines + children.flatMap { self.command($0, path: path) }
  }

  private static func names(_ argument: JSON) -> String {
    let value = argument["valueName"]?.text ?? ""
    let names = (argument["names"]?.elements ?? []).compactMap { name -> String? in
      name["name"]?.text.map { (name["kind"]?.text == "long" ? "\\-\\-" : "\\-") + escape($0) }
    }
    switch argument["kind"]?.text {
    case "positional": return "\\fI\(escape(value))\\fR"
    case "flag": return ".B " + names.joined(separator: ", ")
    default: return "\\fB\(names.joined(separator: ", "))\\fR \\fI\(escape(value))\\fR"
    }
  }

  private static func paragraphs(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? ".PP" : escape(String($0)) }
  }

  /// What roff would take for its own: a backslash, a hyphen that is one, a dot or quote at a line's begin.
  private static func escape(_ text: String) -> String {
    let plain = text.map { character -> String in
      switch character {
      case "\\": "\\e"
      case "-": "\\-"
      case "\n": " "
      default: String(character)
      }
    }.joined()
    return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
  }
}
