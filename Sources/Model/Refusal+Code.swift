extension Refusal {
  /// The stable codes, in the spelling that the APIs and `--json` print.
  public enum Code: String, Sendable, CaseIterable, Codable {
    // At the reader.
    case uidMalformed = "uid_malformed"
    case uidRandom = "uid_random"
    case oneCardOnly = "one_card_only"
    case cardUnreadable = "card_unreadable"
    // About the card and the money.
    case cardUnknown = "card_unknown"
    case cardBlocked = "card_blocked"
    case insufficientFunds = "insufficient_funds"
    case assetNotAccepted = "asset_not_accepted"
    case amountInvalid = "amount_invalid"
    // About a charge.
    case chargeUnknown = "charge_unknown"
    case chargeBusy = "charge_busy"
    case chargeNotCancellable = "charge_not_cancellable"
    case requestMalformed = "request_malformed"
    // Between kiosk and ledger.
    case notPaired = "not_paired"
    case ledgerUnreachable = "ledger_unreachable"
    case ledgerRefused = "ledger_refused"
    case signatureInvalid = "signature_invalid"
    case keyInvalid = "key_invalid"
    case idempotencyConflict = "idempotency_conflict"
    case outcomeUnknown = "outcome_unknown"
    // About the machine.
    case configurationInvalid = "configuration_invalid"
    case storeUnavailable = "store_unavailable"
    case addressUnavailable = "address_unavailable"
    case readerMissing = "reader_missing"
    case daemonUnreachable = "daemon_unreachable"
    case notFound = "not_found"
    case alreadyExists = "already_exists"
    case ledgerBroken = "ledger_broken"
  }
}

extension Refusal.Code {
  /// The English sentence when nothing more precise is known.
  public var sentence: String {
    switch self {
    case .uidMalformed: "The card's number could not be understood. Present it again."
    case .uidRandom: "This card or telephone shows a new number each time and cannot be used. Use a venue card."
    case .oneCardOnly: "Present one card only."
    case .cardUnreadable: "The card could not be read. Hold it still on the reader."
    case .cardUnknown: "This card is not known here."
    case .cardBlocked: "This card is blocked."
    case .insufficientFunds: "There is not enough money on this card."
    case .assetNotAccepted: "This place does not accept the money on this card."
    case .amountInvalid: "The amount must be a positive number of at most 2 decimals."
    case .chargeUnknown: "No charge has this id."
    case .chargeBusy: "Another charge is waiting for a card. Cancel it or wait."
    case .chargeNotCancellable: "This charge is already being paid and can no longer be cancelled."
    case .requestMalformed: "The request could not be understood."
    case .notPaired: "This kiosk is not paired with a ledger. Run: tapctl pair STRING"
    case .ledgerUnreachable: "The ledger does not answer. The debit is not made; try again in a moment."
    case .ledgerRefused: "The ledger refused the debit."
    case .signatureInvalid: "The signature is not valid."
    case .keyInvalid: "The key is not valid."
    case .idempotencyConflict: "This id was already used for another request."
    case .outcomeUnknown: "It is not yet known whether the debit was made. Do not charge again; it is being asked for."
    case .configurationInvalid: "The configuration is not valid."
    case .storeUnavailable: "The local store cannot be used. Check the disk."
    case .addressUnavailable: "This address is taken. End the program that uses it, or configure another port."
    case .readerMissing: "No card reader is connected."
    case .daemonUnreachable: "tapd does not answer. Start it with: systemctl start tapd"
    case .notFound: "There is no such thing."
    case .alreadyExists: "It exists already."
    case .ledgerBroken: "The ledger's books do not agree with its chain."
    }
  }

  /// The French sentence for a person at a kiosk.
  public var sentenceInFrench: String {
    switch self {
    case .uidMalformed: "Le numéro de la carte est illisible. Présentez-la de nouveau."
    case .uidRandom: "Cette carte ou ce téléphone change de numéro à chaque fois. Utilisez une carte du lieu."
    case .oneCardOnly: "Présentez une seule carte."
    case .cardUnreadable: "La carte n'a pas pu être lue. Tenez-la immobile sur le lecteur."
    case .cardUnknown: "Cette carte est inconnue ici."
    case .cardBlocked: "Cette carte est bloquée."
    case .insufficientFunds: "Il n'y a pas assez d'argent sur cette carte."
    case .assetNotAccepted: "Ce lieu n'accepte pas la monnaie de cette carte."
    case .amountInvalid: "Le montant doit être un nombre positif avec au plus 2 décimales."
    case .chargeUnknown: "Aucun encaissement ne porte ce numéro."
    case .chargeBusy: "Un autre encaissement attend une carte. Annulez-le ou patientez."
    case .chargeNotCancellable: "Cet encaissement est en cours et ne peut plus être annulé."
    case .requestMalformed: "La demande n'a pas été comprise."
    case .notPaired: "Cette borne n'est pas encore appairée."
    case .ledgerUnreachable: "Le registre ne répond pas. Rien n'est débité ; réessayez dans un instant."
    case .ledgerRefused: "Le registre a refusé le débit."
    case .signatureInvalid: "La signature n'est pas valable."
    case .keyInvalid: "La clé n'est pas valable."
    case .idempotencyConflict: "Ce numéro a déjà servi à une autre demande."
    case .outcomeUnknown: "On ne sait pas encore si le débit est fait. N'encaissez pas de nouveau."
    case .configurationInvalid: "La configuration n'est pas valable."
    case .storeUnavailable: "La mémoire de la borne est indisponible. Vérifiez le disque."
    case .addressUnavailable: "L'adresse est déjà prise. Arrêtez l'autre programme ou choisissez un autre port."
    case .readerMissing: "Aucun lecteur de carte n'est branché."
    case .daemonUnreachable: "La borne ne répond pas."
    case .notFound: "Introuvable."
    case .alreadyExists: "Existe déjà."
    case .ledgerBroken: "Les comptes du registre ne concordent pas avec sa chaîne."
    }
  }
}
