extension Refusal.Code {
  /// The English sentence when nothing more precise is known.
  public var sentence: String { Self.sentences[self]?.english ?? rawValue }

  /// The French sentence for a person at a kiosk.
  public var sentenceInFrench: String { Self.sentences[self]?.french ?? rawValue }

  /// What is said of each code; a test sees that none is missing.
  private static let sentences: [Refusal.Code: (english: String, french: String)] = [
    .uidMalformed: (
      "The card's number could not be understood. Present it again.",
      "Le numéro de la carte est illisible. Présentez-la de nouveau."
    ),
    .uidRandom: (
      "This card or telephone shows a new number each time and cannot be used. Use a venue card.",
      "Cette carte ou ce téléphone change de numéro à chaque fois. Utilisez une carte du lieu."
    ),
    .oneCardOnly: (
      "Present one card only.",
      "Présentez une seule carte."
    ),
    .cardUnreadable: (
      "The card could not be read. Hold it still on the reader.",
      "La carte n'a pas pu être lue. Tenez-la immobile sur le lecteur."
    ),
    .cardUnknown: (
      "This card is not known here.",
      "Cette carte est inconnue ici."
    ),
    .cardBlocked: (
      "This card is blocked.",
      "Cette carte est bloquée."
    ),
    .cardWalletMismatch: (
      "The card does not open this wallet.",
      "La carte n'ouvre pas ce portefeuille."
    ),
    .primaryCardInvalid: (
      "This is not an operator's card of this place.",
      "Ce n'est pas une carte primaire de ce lieu."
    ),
    .insufficientFunds: (
      "There is not enough money on this card.",
      "Il n'y a pas assez d'argent sur cette carte."
    ),
    .assetNotAccepted: (
      "This place does not accept the money on this card.",
      "Ce lieu n'accepte pas la monnaie de cette carte."
    ),
    .overCeiling: (
      "This place takes no more of this money until its issuer has paid out what is here. Take another means.",
      "Ce lieu n'accepte plus de cette monnaie avant que son émetteur l'ait compensée. Utilisez un autre moyen."
    ),
    .amountInvalid: (
      "The amount must be a positive number of at most 2 decimals.",
      "Le montant doit être un nombre positif avec au plus 2 décimales."
    ),
    .cardUnsettled: (
      "A payment that this card made without connection is not settled yet.",
      "Un paiement fait hors connexion avec cette carte n'est pas encore réglé."
    ),
    .cardAmbiguous: (
      "More than one card is meant.",
      "Plusieurs cartes correspondent."
    ),
    .moneyReserved: (
      "Some of this money waits for an answer from elsewhere. Try again when it has come.",
      "Une partie de cet argent attend une réponse extérieure. Réessayez une fois qu'elle est arrivée."
    ),
    .reservationEnded: (
      "This reservation has ended already.",
      "Cette réservation est déjà terminée."
    ),
    .debitPending: (
      "An earlier payment of this card is still being checked. Wait a moment and present it again.",
      "Un paiement précédent de cette carte est encore en vérification. Réessayez dans un instant."
    ),
    .noDelegation: (
      "The owner of this card has not allowed this place to debit it.",
      "Le titulaire de cette carte n'a pas autorisé ce lieu à la débiter."
    ),
    .overTapLimit: (
      "This is more than the owner of this card allows at once.",
      "C'est plus que ce que le titulaire de cette carte autorise en une fois."
    ),
    .overDayLimit: (
      "This is more than the owner of this card allows in a day.",
      "C'est plus que ce que le titulaire de cette carte autorise par jour."
    ),
    .overTotalLimit: (
      "This is more than the owner of this card allows in total.",
      "C'est plus que ce que le titulaire de cette carte autorise au total."
    ),
    .alreadyVoided: (
      "This debit was already taken back.",
      "Ce débit a déjà été annulé."
    ),
    .voidTooLate: (
      "This debit is too old to be taken back. Refund the card instead.",
      "Ce débit est trop ancien pour être annulé. Remboursez plutôt la carte."
    ),
    .voidNotYours: (
      "Only the till that made this debit can take it back.",
      "Seule la caisse qui a fait ce débit peut l'annuler."
    ),
    .voidNotCovered: (
      "This place no longer holds the money of this debit, so it cannot give it back.",
      "Ce lieu ne détient plus l'argent de ce débit et ne peut pas le rendre."
    ),
    .alreadySettled: (
      "This debit is settled already.",
      "Ce débit est déjà réglé."
    ),
    .clearingOpen: (
      "Not every place that this clearing concerns has agreed to it yet.",
      "Tous les lieux concernés par cette compensation ne l'ont pas encore acceptée."
    ),
    .clearingClosed: (
      "This clearing was declined or has expired. Propose it again.",
      "Cette compensation a été refusée ou a expiré. Proposez-la de nouveau."
    ),
    .clearingOutdated: (
      "A place no longer holds what it hands back in this clearing. Propose it again.",
      "Un lieu ne détient plus ce qu'il rend dans cette compensation. Proposez-la de nouveau."
    ),
    .previewOutdated: (
      "What is on this card has changed since it was shown. Look again, then confirm.",
      "Le contenu de cette carte a changé depuis l'affichage. Vérifiez de nouveau, puis confirmez."
    ),
    .refundNotOffered: (
      "This place does not pay this kind of money back.",
      "Ce lieu ne rembourse pas ce type de monnaie."
    ),
    .refundElsewhere: (
      "Only the place that issues this money can pay it back.",
      "Seul le lieu qui émet cette monnaie peut la rembourser."
    ),
    .refundFederated: (
      "This place does not pay federated money back; its holder asks for it in their account.",
      "Ce lieu ne rembourse pas la monnaie fédérée. Son titulaire la récupère par son compte."
    ),
    .refundNotMoney: (
      "A membership or a badge is no money and is not paid back.",
      "Une adhésion ou un badge n'est pas de l'argent et ne se rembourse pas."
    ),
    .transferNotOffered: (
      "This money is not given from person to person.",
      "Cette monnaie ne se donne pas de personne à personne."
    ),
    .transferToPlace: (
      "A place is paid at its till, not by a transfer.",
      "Un lieu se paie à sa caisse, pas par virement."
    ),
    .transferToSelf: (
      "The sender and the receiver are the same person.",
      "L'expéditeur et le destinataire sont la même personne."
    ),
    .overTransferLimit: (
      "This is more than may be given at once.",
      "C'est plus que ce qui peut être donné en une fois."
    ),
    .overTransferDayLimit: (
      "This is more than may still be given today.",
      "C'est plus que ce qui peut encore être donné aujourd'hui."
    ),
    .overTransferTotalLimit: (
      "This is more than may still be given in total.",
      "C'est plus que ce qui peut encore être donné au total."
    ),
    .membershipNone: (
      "The holder of this card is no member.",
      "Le titulaire de cette carte n'est pas adhérent."
    ),
    .membershipExpired: (
      "The membership of this card's holder has expired.",
      "L'adhésion du titulaire de cette carte a expiré."
    ),
    .membershipNotBegun: (
      "The membership of this card's holder has not begun yet.",
      "L'adhésion du titulaire de cette carte n'a pas encore commencé."
    ),
    .enteredAlready: (
      "This card has entered already, a moment ago.",
      "Cette carte est déjà entrée il y a un instant."
    ),
    .operatorCardNeeded: (
      "An operator's card must be tapped first. Run: tapctl operator open",
      "Présentez d'abord une carte d'opérateur."
    ),
    .operatorCardExpired: (
      "This operator's card has expired.",
      "Cette carte d'opérateur a expiré."
    ),
    .operatorCardLocked: (
      "This operator's card is locked.",
      "Cette carte d'opérateur est verrouillée."
    ),
    .cardExists: (
      "There is a card with this number already.",
      "Une carte porte déjà ce numéro."
    ),
    .aliasCollision: (
      "Two cards would be known by the same tag; keep only one of them.",
      "Deux cartes auraient le même identifiant ; n'en gardez qu'une."
    ),
    .cardInUse: (
      "This card is in use already.",
      "Cette carte est déjà utilisée."
    ),
    .cardReplaced: (
      "This card was replaced by another one.",
      "Cette carte a été remplacée par une autre."
    ),
    .personUnknown: (
      "No person is known by this address.",
      "Personne n'est connu sous cette adresse."
    ),
    .notYoursToUnblock: (
      "Only who blocked this card can unblock it.",
      "Seul celui qui a bloqué cette carte peut la débloquer."
    ),
    .holderMustSign: (
      "This card belongs to a person; only they can move it to another card, in their account.",
      "Cette carte appartient à une personne ; elle seule peut la remplacer, depuis son compte."
    ),
    .tooLate: (
      "This can no longer be undone.",
      "Cela ne peut plus être annulé."
    ),
    .chargeUnknown: (
      "No charge has this id.",
      "Aucun encaissement ne porte ce numéro."
    ),
    .chargeBusy: (
      "Another charge is waiting for a card. Cancel it or wait.",
      "Un autre encaissement attend une carte. Annulez-le ou patientez."
    ),
    .chargeExpired: (
      "No card was presented in time. Charge again.",
      "Aucune carte n'a été présentée à temps. Encaissez de nouveau."
    ),
    .chargeNotCancellable: (
      "This charge is already being paid and can no longer be cancelled.",
      "Cet encaissement est en cours et ne peut plus être annulé."
    ),
    .requestMalformed: (
      "The request could not be understood.",
      "La demande n'a pas été comprise."
    ),
    .requestTooLong: (
      "The request is too long.",
      "La demande est trop longue."
    ),
    .methodNotAllowed: (
      "This address does not take this method.",
      "Cette adresse n'accepte pas cette méthode."
    ),
    .rateLimited: (
      "Too many requests. Wait a moment and try again.",
      "Trop de demandes. Attendez un instant et réessayez."
    ),
    .notAuthenticated: (
      "The request does not prove who sends it.",
      "La demande ne prouve pas qui l'envoie."
    ),
    .forbidden: (
      "This is not allowed to the one who asks.",
      "Ce n'est pas permis à qui le demande."
    ),
    .notPaired: (
      "This kiosk is not paired with a ledger. Run: tapctl pair STRING",
      "Cette borne n'est pas encore appairée."
    ),
    .offlineLimit: (
      "The ledger does not answer, and without it no more can be taken.",
      "Le registre ne répond pas, et sans lui la limite est atteinte."
    ),
    .staleHotlist: (
      "The ledger does not answer, and the list of blocked cards is too old to go without it.",
      "Le registre ne répond pas, et la liste des cartes bloquées est trop ancienne."
    ),
    .ledgerUnreachable: (
      "The ledger does not answer. The debit is not made; try again in a moment.",
      "Le registre ne répond pas. Rien n'est débité ; réessayez dans un instant."
    ),
    .stripeUnavailable: (
      "Stripe does not answer. Nothing is lost; try again in a moment.",
      "Stripe ne répond pas. Rien n'est perdu ; réessayez dans un instant."
    ),
    .ledgerRefused: (
      "The ledger refused the debit.",
      "Le registre a refusé le débit."
    ),
    .signatureInvalid: (
      "The signature is not valid.",
      "La signature n'est pas valable."
    ),
    .keyInvalid: (
      "The key is not valid.",
      "La clé n'est pas valable."
    ),
    .idempotencyConflict: (
      "This id was already used for another request.",
      "Ce numéro a déjà servi à une autre demande."
    ),
    .outcomeUnknown: (
      "It is not yet known whether the debit was made. Do not charge again; it is being asked for.",
      "On ne sait pas encore si le débit est fait. N'encaissez pas de nouveau."
    ),
    .pairingInvalid: (
      "This enrolment code is unknown, used or expired. Ask for a new one.",
      "Ce code d'appairage est inconnu, déjà utilisé ou expiré. Demandez-en un nouveau."
    ),
    .clockWrong: (
      "This kiosk's clock is ahead of the ledger's. Set it, then send the debit again.",
      "L'horloge de cette borne avance. Réglez-la, puis renvoyez le débit."
    ),
    .debitTooOld: (
      "This debit was decided without connection more than 7 days ago; it can only be settled by hand.",
      "Ce débit hors connexion date de plus de 7 jours ; il se règle à la main."
    ),
    .configurationInvalid: (
      "The configuration is not valid.",
      "La configuration n'est pas valable."
    ),
    .storeUnavailable: (
      "The local store cannot be used. Check the disk.",
      "La mémoire de la borne est indisponible. Vérifiez le disque."
    ),
    .addressUnavailable: (
      "This address is taken. End the program that uses it, or configure another port.",
      "L'adresse est déjà prise. Arrêtez l'autre programme ou choisissez un autre port."
    ),
    .readerMissing: (
      "No card reader is connected.",
      "Aucun lecteur de carte n'est branché."
    ),
    .daemonUnreachable: (
      "tapd does not answer. Start it with: systemctl start tapd",
      "La borne ne répond pas."
    ),
    .notFound: (
      "There is no such thing.",
      "Introuvable."
    ),
    .alreadyExists: (
      "It exists already.",
      "Existe déjà."
    ),
    .ledgerBroken: (
      "The ledger's books do not agree with its chain.",
      "Les comptes du registre ne concordent pas avec sa chaîne."
    ),
  ]
}
