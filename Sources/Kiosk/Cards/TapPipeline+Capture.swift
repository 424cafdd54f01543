import FedowProtocol
import Model
import Signing

extension TapPipeline {
  /// The next tap within so long pays nothing; its card is told with an event `capture`.
  /// - Parameter purpose: what for, for those who watch.
  /// - Throws: `Refusal` with code `charge_busy` while a charge is open or an operator's card is awaited.
  public func captureNextTap(
    for purpose: String, within patience: Duration = .seconds(60)
  ) async throws(Refusal) -> JSON {
    guard (1...100).contains(purpose.utf8.count) else {
      throw Refusal(.requestMalformed, "purpose is a word for what the card is wanted for.")
    }
    await expireIfDue()
    guard !hasOpenCharge else { throw Refusal(.chargeBusy) }
    guard operators.word(at: clock.now()) != "waiting" else {
      throw Refusal(.chargeBusy, "An operator's card is awaited. Tap it first.")
    }
    let request = TapCapture.Request(id: makeID(), purpose: purpose, until: clock.now() + patience)
    if let other = capture.end() { publish(other, "cancelled") }
    capture.ask(request)
    expireLater(after: patience)
    return publish(request, "waiting")
  }

  /// Nobody wants the card any more.
  public func cancelCapture() -> JSON {
    guard let ended = capture.end() else { return ["state": "none"] }
    return publish(ended, "cancelled")
  }

  /// Tells when no card was tapped in time.
  func tellIfCaptureWasInVain() {
    if let ended = capture.end(at: clock.now()) { publish(ended, "expired") }
  }

  /// Gives a tap to who asked for it; false when nobody did.
  func giveToCapture(_ tap: Tap, at instant: MonotonicTime) -> Bool {
    guard let request = capture.take(at: instant) else { return false }
    publish(
      request, "tapped",
      [
        ("uid", JSON(tap.uid.description)), ("tag", JSON(tap.uid.firstTagID)), ("reader", JSON(tap.reader.name)),
      ])
    return true
  }

  /// A card that could not be read, or is none of ours: who asked is told, and may wait on.
  func tellCapture(_ refusal: Refusal, at instant: MonotonicTime) {
    guard let request = capture.waiting(at: instant) else { return }
    publish(request, "refused", refusal.fields)
  }

  @discardableResult
  private func publish(_ request: TapCapture.Request, _ state: String, _ more: [(String, JSON)] = []) -> JSON {
    let report = JSON.object(
      JSONObject(
        [("id", JSON(request.id.text)), ("purpose", JSON(request.purpose)), ("state", JSON(state))] + more))
    events.publish(.capture, report)
    return report
  }
}
