import Model

extension TagTechnology {
  /// The kind of card by its select acknowledge (NXP AN10833, table 3).
  init(sak: UInt8) {
    switch sak {
    case 0x08, 0x88: self = .mifareClassic1K
    case 0x18: self = .mifareClassic4K
    case 0x09: self = .mifareMini
    case 0x00: self = .mifareUltralight
    default: self = sak & 0x20 != 0 ? .iso14443Part4 : .other
    }
  }
}
