import Model

/// Turns what readers see into taps: one for each presentation of one card, never one for a card that stays.
///
/// Pure: instants come with the sightings, and nothing needs a timer, because whether a card was away is decided when
/// the next one is seen. In doubt no tap is made: a card-holder who must present a card again loses two seconds, one who
/// is debited twice loses money.
public struct TapDetector: Sendable {
  /// How long a field must be empty before what lay in it counts as taken away.
  public static let flicker = Duration.milliseconds(300)

  /// How long a reader that went away needs after its return before an empty field is believed: pcscd calls a reader
  /// empty at first and looks 400 ms later.
  public static let settling = Duration.seconds(2)

  private var presentations: [ReaderID: Presentation] = [:]

  /// A detector that has seen nothing.
  public init() {}

  /// What a sighting amounts to.
  public enum Outcome: Hashable, Sendable {
    /// A card was presented.
    case tap(Tap)
    /// Something was presented that is no usable card; the UID when there was one.
    case refused(Refusal, ReaderID, TagUID?)
  }

  /// Takes the next sighting of any reader; nil when nothing new was presented.
  public mutating func handle(_ sighting: TagSighting) -> Outcome? {
    var presentation = presentations[sighting.reader] ?? Presentation()
    defer { presentations[sighting.reader] = presentation }
    return presentation.handle(sighting)
  }
}

/// What lies at one reader since its field was last empty for long enough.
private struct Presentation: Sendable {
  private var card: TagUID?
  private var emptySince: MonotonicTime?
  /// The reader went away since it last showed anything.
  private var wasLost = false
  /// Two cards were seen: whatever remains of them must be taken away before anything taps.
  private var hadSeveral = false
  private var hasRefusedUnreadable = false

  mutating func handle(_ sighting: TagSighting) -> TapDetector.Outcome? {
    switch sighting.field {
    case .lost:
      // A reader that went away saw no removal; a card that lies there when it returns is no arrival.
      wasLost = true
      // Nor does an empty field that was not believed yet: what the reader shows when it returns is looked at anew.
      if let since = emptySince, sighting.instant - since < TapDetector.flicker { emptySince = nil }
      return nil
    case .empty:
      if emptySince == nil { emptySince = wasLost ? sighting.instant + TapDetector.settling : sighting.instant }
      return nil
    case .unreadable:
      endIfAway(at: sighting.instant)
      guard !hasRefusedUnreadable, card == nil, !hadSeveral else { return nil }
      hasRefusedUnreadable = true
      return .refused(Refusal(.cardUnreadable), sighting.reader, nil)
    case .several:
      endIfAway(at: sighting.instant)
      return refuseSeveral(at: sighting.reader)
    case .tag(let uid, let technology):
      endIfAway(at: sighting.instant)
      return arrive(uid, technology, sighting)
    }
  }

  private mutating func endIfAway(at instant: MonotonicTime) {
    wasLost = false
    guard let since = emptySince else { return }
    if instant - since >= TapDetector.flicker {
      self = Presentation()
    } else {
      emptySince = nil
    }
  }

  private mutating func arrive(
    _ uid: TagUID, _ technology: TagTechnology, _ sighting: TagSighting
  ) -> TapDetector.Outcome? {
    guard !hadSeveral else { return nil }
    guard let present = card else {
      card = uid
      guard !uid.isRandom else { return .refused(Refusal(.uidRandom), sighting.reader, uid) }
      return .tap(Tap(reader: sighting.reader, uid: uid, technology: technology, instant: sighting.instant))
    }
    // A telephone shows a new random number each time it is powered; that is still the one telephone.
    if present == uid || present.isRandom && uid.isRandom { return nil }
    // Another card while the first has not been away: the reader sees now one, now the other of two.
    return refuseSeveral(at: sighting.reader)
  }

  private mutating func refuseSeveral(at reader: ReaderID) -> TapDetector.Outcome? {
    guard !hadSeveral else { return nil }
    hadSeveral = true
    return .refused(Refusal(.oneCardOnly), reader, nil)
  }
}
