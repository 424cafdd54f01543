/// What a transaction of the chain does, in the protocol's three letters.
public enum TransactionAction: String, Sendable, Hashable, Codable, CaseIterable {
  case firstBlock = "FST"
  case creation = "CRE"
  case refill = "REF"
  case sale = "SAL"
  case qrCodeSale = "QRS"
  case membership = "SUB"
  case badge = "BDG"
  case refund = "RFD"
  case void = "VID"
  case fusion = "FUS"
  case bankDeposit = "BNK"
  case transfer = "TRF"
  case correction = "COR"
}
