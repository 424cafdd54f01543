/// What kind of card a reader says it sees; informative only, no decision about money rests on it.
public enum TagTechnology: String, Sendable, Hashable, Codable {
  case mifareClassic1K = "mifare_classic_1k"
  case mifareClassic4K = "mifare_classic_4k"
  case mifareMini = "mifare_mini"
  case mifareUltralight = "mifare_ultralight"
  case iso14443Part4 = "iso14443_4"
  case felica = "felica"
  case other = "other"
}
