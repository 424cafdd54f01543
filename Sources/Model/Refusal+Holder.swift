extension Refusal.Code {
  /// The English sentence for who holds the card: what it means for them and what they can do, and nothing of the till.
  public var sentenceForHolder: String {
    switch self {
    case .uidMalformed, .cardUnreadable: "Your card could not be read. Present it again."
    case .uidRandom: "This card or telephone cannot be used here. Use a card of the venue."
    case .oneCardOnly: "Present one card only."
    case .cardUnknown: "This card is not known here. Ask at the desk."
    case .cardBlocked: "This card is blocked. Ask at the desk."
    case .cardReplaced: "This card was replaced by another one. Ask at the desk."
    case .holderMustSign: "Only you can do this, in your account."
    case .cardUnsettled: "An earlier payment with this card is still open. Ask at the desk."
    case .moneyReserved: "Some of your money waits for an answer. Try again when it has come."
    case .insufficientFunds, .voidNotCovered: "There is not enough money for this."
    case .assetNotAccepted: "The money on your card is not accepted here."
    case .overCeiling: "This place takes no more of the money on your card for now."
    case .noDelegation: "You have not allowed this place to debit your card. You can allow it in your account."
    case .overTapLimit: "This is more than the limit that you set for one payment."
    case .overDayLimit: "This is more than what is left of your limit for today."
    case .overTotalLimit: "This is more than what is left of the limit that you set."
    case .transferNotOffered, .transferToPlace, .transferToSelf, .overTransferLimit, .overTransferDayLimit,
      .overTransferTotalLimit:
      sentence
    case .membershipNone: "You are no member here. Ask at the desk."
    case .membershipExpired: "Your membership has expired. Ask at the desk."
    case .membershipNotBegun: "Your membership has not begun yet."
    case .enteredAlready: "You have entered already."
    case .outcomeUnknown, .debitPending: "Your payment is being checked. You will not pay twice."
    case .offlineLimit, .staleHotlist, .ledgerUnreachable, .storeUnavailable, .addressUnavailable, .readerMissing,
      .daemonUnreachable, .notPaired, .ledgerBroken, .clockWrong:
      "Paying by card does not work at this moment. Nothing was taken."
    default: "This did not work. Ask the staff."
    }
  }

  /// The same in French.
  public var sentenceForHolderInFrench: String {
    switch self {
    case .uidMalformed, .cardUnreadable: "Votre carte n'a pas pu être lue. Présentez-la de nouveau."
    case .uidRandom: "Cette carte ou ce téléphone ne fonctionne pas ici. Utilisez une carte du lieu."
    case .oneCardOnly: "Présentez une seule carte."
    case .cardUnknown: "Cette carte est inconnue ici. Demandez à l'accueil."
    case .cardBlocked: "Cette carte est bloquée. Demandez à l'accueil."
    case .cardReplaced: "Cette carte a été remplacée par une autre. Demandez à l'accueil."
    case .holderMustSign: "Vous seul pouvez le faire, depuis votre compte."
    case .cardUnsettled: "Un paiement précédent avec cette carte reste à régler. Demandez à l'accueil."
    case .moneyReserved: "Une partie de votre argent attend une réponse. Réessayez une fois qu'elle est arrivée."
    case .insufficientFunds, .voidNotCovered: "Il n'y a pas assez d'argent pour cela."
    case .assetNotAccepted: "La monnaie de votre carte n'est pas acceptée ici."
    case .overCeiling: "Ce lieu n'accepte plus, pour l'instant, la monnaie de votre carte."
    case .noDelegation:
      "Vous n'avez pas autorisé ce lieu à débiter votre carte. Vous pouvez l'autoriser dans votre compte."
    case .overTapLimit: "C'est plus que la limite que vous avez fixée par paiement."
    case .overDayLimit: "C'est plus que ce qui reste de votre limite du jour."
    case .overTotalLimit: "C'est plus que ce qui reste de la limite que vous avez fixée."
    case .transferNotOffered, .transferToPlace, .transferToSelf, .overTransferLimit, .overTransferDayLimit,
      .overTransferTotalLimit:
      sentenceInFrench
    case .membershipNone: "Vous n'êtes pas adhérent ici. Demandez à l'accueil."
    case .membershipExpired: "Votre adhésion a expiré. Demandez à l'accueil."
    case .membershipNotBegun: "Votre adhésion n'a pas encore commencé."
    case .enteredAlready: "Vous êtes déjà entré."
    case .outcomeUnknown, .debitPending: "Votre paiement est en cours de vérification. Vous ne paierez pas deux fois."
    case .offlineLimit, .staleHotlist, .ledgerUnreachable, .storeUnavailable, .addressUnavailable, .readerMissing,
      .daemonUnreachable, .notPaired, .ledgerBroken, .clockWrong:
      "Le paiement par carte ne fonctionne pas pour l'instant. Rien n'a été débité."
    default: "Cela n'a pas fonctionné. Adressez-vous au personnel."
    }
  }
}
