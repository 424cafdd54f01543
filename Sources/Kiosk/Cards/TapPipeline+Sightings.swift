import Model

extension TapPipeline {
  /// Whether this charge was just refused because its card is blocked; then its origin is to hear where it was seen.
  func noteSighting(of charge: Charge) {
    guard let tap = charge.tap, let card = charge.card,
      (charge.state.refusal ?? charge.lastRefusal)?.code == .cardBlocked, lastTap?.id == tap
    else { return }
    noteSighting(tap, card)
  }

  /// A blocked card was presented as an operator's.
  func noteSighting(ofOperatorsCard card: String) { noteSighting(makeID(), card) }

  private func noteSighting(_ id: EntityID, _ card: String) {
    let reader = lastTap?.reader ?? ""
    lastTap = nil
    report(Sighting(id: id, card: card, reader: reader, at: clock.wallTime()))
  }
}
