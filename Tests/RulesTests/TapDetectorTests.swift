import Model
import Rules
import TestKit
import Testing

/// Scripts of what readers saw, and what taps come of it.
@Suite("TapDetector")
struct TapDetectorTests {
  var detector = TapDetector()
  var clock = ManualClock()
  let left = ReaderID("left")
  let right = ReaderID("right")

  private mutating func see(
    _ field: TagSighting.Field, after milliseconds: Int = 1000, at reader: ReaderID? = nil
  ) -> String? {
    clock.advance(.milliseconds(milliseconds))
    switch detector.handle(TagSighting(reader: reader ?? left, field: field, instant: clock.now)) {
    case .tap(let tap): return "tap \(tap.uid)"
    case .refused(let refusal, _, _): return refusal.code.rawValue
    case nil: return nil
    }
  }

  private static func tag(_ hex: String) throws -> TagSighting.Field { .tag(try TagUID(hex: hex), .other) }

  @Test("an arrival taps once, however long the card stays and however often it is seen")
  mutating func arrival() throws {
    let card = try Self.tag("AABBCCDD")
    #expect(see(card) == "tap AABBCCDD")
    #expect(see(card, after: 10) == nil)
    #expect(see(card, after: 3_600_000) == nil)
  }

  @Test("taken away and presented again it taps again")
  mutating func presentedAgain() throws {
    let card = try Self.tag("04A1B2C3D4E5F6")
    #expect(see(card) != nil)
    #expect(see(.empty) == nil)
    #expect(see(card, after: 300) == "tap 04A1B2C3D4E5F6")
  }

  @Test("a flicker under 300 ms is no removal, also when it goes on")
  mutating func flicker() throws {
    let card = try Self.tag("AABBCCDD")
    #expect(see(card) != nil)
    for _ in 0..<10 {
      #expect(see(.empty, after: 200) == nil)
      #expect(see(card, after: 299) == nil)
    }
    #expect(see(.empty, after: 200) == nil)
    #expect(see(.empty, after: 200) == nil)
    #expect(see(card, after: 100) == "tap AABBCCDD")
  }

  @Test("two cards are refused once, and neither taps until the field was empty")
  mutating func severalCards() throws {
    let (first, second) = (try Self.tag("AABBCCDD"), try Self.tag("11223344"))
    #expect(see(.several) == "two_cards")
    #expect(see(.several) == nil)
    #expect(see(first) == nil)
    #expect(see(.empty) == nil)
    #expect(see(second) == "tap 11223344")
  }

  @Test("a reader that shows now one, now the other of two cards makes no second tap")
  mutating func alternatingCards() throws {
    let (first, second) = (try Self.tag("AABBCCDD"), try Self.tag("11223344"))
    #expect(see(first) == "tap AABBCCDD")
    #expect(see(second, after: 50) == "two_cards")
    #expect(see(first, after: 50) == nil)
    #expect(see(.empty, after: 50) == nil)
    #expect(see(second, after: 50) == nil)
  }

  @Test("a random UID is refused once, also when the telephone makes up another one")
  mutating func randomUID() throws {
    #expect(see(try Self.tag("08A1B2C3")) == "random_uid")
    #expect(see(try Self.tag("08FFEEDD"), after: 50) == nil)
    #expect(see(.empty) == nil)
    #expect(see(try Self.tag("08A1B2C3")) == "random_uid")
  }

  @Test("a reader that went away saw no removal: the card that lies there when it returns does not tap")
  mutating func lostReader() throws {
    let card = try Self.tag("AABBCCDD")
    #expect(see(card) != nil)
    #expect(see(.lost) == nil)
    #expect(see(card, after: 60_000) == nil)
    #expect(see(.lost) == nil)
    #expect(see(.empty) == nil)
    #expect(see(card, after: 2300) == "tap AABBCCDD")
  }

  @Test("a reader that returns and calls its field empty at first is not believed for two seconds")
  mutating func returningReader() throws {
    let card = try Self.tag("AABBCCDD")
    #expect(see(card) != nil)
    #expect(see(.lost) == nil)
    #expect(see(.empty) == nil)
    #expect(see(card, after: 400) == nil)
    #expect(see(.empty) == nil)
    #expect(see(card, after: 300) == "tap AABBCCDD")
  }

  @Test("a reader with a loose plug, which calls its field empty each time it returns, is not believed either")
  mutating func looseReader() throws {
    let card = try Self.tag("AABBCCDD")
    #expect(see(card) != nil)
    #expect(see(.lost) == nil)
    #expect(see(.empty) == nil)
    #expect(see(.lost, after: 200) == nil)
    #expect(see(.empty, after: 5_000) == nil)
    #expect(see(card, after: 400) == nil)
    #expect(see(.empty) == nil)
    #expect(see(.lost, after: 300) == nil)
    #expect(see(card, after: 5_000) == "tap AABBCCDD")
  }

  @Test("what cannot be read is said once, and taps as soon as it can")
  mutating func unreadable() throws {
    #expect(see(.unreadable("mute")) == "card_unreadable")
    #expect(see(.unreadable("mute")) == nil)
    #expect(see(try Self.tag("AABBCCDD")) == "tap AABBCCDD")
    #expect(see(.unreadable("mute")) == nil)
    #expect(see(try Self.tag("AABBCCDD")) == nil)
  }

  @Test("readers do not know of each other")
  mutating func independentReaders() throws {
    let card = try Self.tag("AABBCCDD")
    #expect(see(card) != nil)
    #expect(see(card, at: right) != nil)
    #expect(see(.several, at: right) == "two_cards")
    #expect(see(.empty) == nil)
    #expect(see(card) != nil)
  }

  /// Whatever a reader tells: between two taps of one reader its field was empty for at least the flicker time.
  @Test("no two taps without an empty field between them, over random sequences", arguments: 0..<200)
  mutating func property(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let fields: [TagSighting.Field] = [
      try Self.tag("AABBCCDD"), try Self.tag("11223344"), try Self.tag("08112233"), .empty, .empty, .several, .lost,
      .unreadable(""),
    ]
    var longestAbsence = Duration.seconds(1)
    var emptySince: MonotonicTime?
    for step in 0..<200 {
      let field = fields[Int.random(in: fields.indices, using: &random)]
      let outcome = see(field, after: Int.random(in: 0..<400, using: &random))
      if let since = emptySince { longestAbsence = max(longestAbsence, clock.now - since) }
      if outcome?.hasPrefix("tap") == true {
        #expect(longestAbsence >= TapDetector.flicker, "seed \(seed), step \(step)")
        longestAbsence = .zero
      }
      switch field {
      case .empty: emptySince = emptySince ?? clock.now
      case .lost: break
      default: emptySince = nil
      }
    }
  }
}
