/// The state of the emulated chip: what it answers to each command (NXP PN532 user manual, chapter 7).
package struct PN532Chip: Sendable {
  package var tags: [EmulatedTag] = [] {
    // A card that leaves the field is without power, and forgets that it was told to sleep.
    didSet { halted.formIntersection(tags.map(\.uid)) }
  }
  private var halted: Set<[UInt8]> = []
  private var selected: EmulatedTag?
  private var registers: [UInt16: UInt8] = [:]

  package init() {}

  /// The answer's data, or nil for a command that it does not know.
  package mutating func execute(_ command: UInt8, _ parameters: [UInt8]) -> [UInt8]? {
    switch command {
    case 0x00: parameters.first == 0 ? parameters : [0]
    case 0x02: [0x32, 0x01, 0x06, 0x07]
    case 0x04: [0, 0, selected == nil ? 0 : 1, 0]
    case 0x06: readRegisters(parameters)
    case 0x08: writeRegisters(parameters)
    case 0x0E, 0x10, 0x12, 0x14: []
    case 0x16: [0]
    case 0x32: configureField(parameters)
    case 0x4A: listPassiveTarget()
    case 0x44, 0x52: release()
    case 0x40, 0x42: [0x01]
    default: nil
    }
  }

  private func readRegisters(_ parameters: [UInt8]) -> [UInt8] {
    stride(from: 0, to: parameters.count - 1, by: 2).map { registers[address(parameters, $0)] ?? 0 }
  }

  private mutating func writeRegisters(_ parameters: [UInt8]) -> [UInt8] {
    for index in stride(from: 0, to: parameters.count - 2, by: 3) {
      registers[address(parameters, index)] = parameters[index + 2]
    }
    return []
  }

  private func address(_ parameters: [UInt8], _ index: Int) -> UInt16 {
    UInt16(parameters[index]) << 8 | UInt16(parameters[index + 1])
  }

  private mutating func configureField(_ parameters: [UInt8]) -> [UInt8] {
    // A field switched off lets every card forget that it was told to sleep.
    if parameters.count >= 2, parameters[0] == 1, parameters[1] & 1 == 0 {
      halted = []
      selected = nil
    }
    return []
  }

  private mutating func listPassiveTarget() -> [UInt8] {
    selected = tags.first { !halted.contains($0.uid) }
    guard let selected else { return [0] }
    return [1] + selected.report(number: 1)
  }

  private mutating func release() -> [UInt8] {
    if let selected { halted.insert(selected.uid) }
    selected = nil
    return [0]
  }
}
