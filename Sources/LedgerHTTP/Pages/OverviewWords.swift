import Model

/// The words of the page.
struct OverviewWords {
  let introduction, transactions, last, money, name, kind, issuer, total, inPlaces, places: String
  let standing, issued, paidIn, refunded, paidOut, holds, holdsNot, colon: String

  init(_ language: PageLanguage) {
    switch language {
    case .french:
      introduction = "Le registre d\u{2019}une monnaie locale fédérée\u{A0}: transparent, vérifiable, non spéculatif."
      transactions = "Transactions"
      last = "La dernière"
      money = "Monnaies"
      name = "Nom"
      kind = "Genre"
      issuer = "Émise par"
      total = "En circulation"
      inPlaces = "dont dans les lieux"
      places = "Lieux"
      standing = "Ce qui garantit la monnaie fédérée"
      issued = "émis"
      paidIn = "encaissé"
      refunded = "remboursé"
      paidOut = "versé aux lieux"
      holds = "Le compte est juste."
      holdsNot = "Le compte n\u{2019}est pas juste, écart"
      colon = "\u{A0}:"
    case .english:
      introduction = "The ledger of a federated local currency: transparent, verifiable, not speculative."
      transactions = "Transactions"
      last = "The last"
      money = "Money"
      name = "Name"
      kind = "Kind"
      issuer = "Issued by"
      total = "In circulation"
      inPlaces = "of which in places"
      places = "Places"
      standing = "What stands behind the federated money"
      issued = "issued"
      paidIn = "paid in"
      refunded = "refunded"
      paidOut = "paid out to places"
      holds = "The books agree."
      holdsNot = "The books do not agree, difference"
      colon = ":"
    }
  }
}

extension AssetCategory {
  /// For people who read English.
  var englishName: String {
    switch self {
    case .federated: "Federated money"
    case .localFiat: "Local money"
    case .gift: "Gift"
    case .time: "Time"
    case .loyalty: "Loyalty points"
    case .badge: "Badge"
    case .membership: "Membership"
    }
  }
}
