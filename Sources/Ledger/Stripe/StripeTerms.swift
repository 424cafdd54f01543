/// What a refill by Stripe may be, in cents.
public struct StripeTerms: Hashable, Sendable {
  /// The least; Stripe takes 50 at least.
  public var minimum: Int64
  /// The most.
  public var maximum: Int64
  /// What the page proposes.
  public var preset: Int64
  /// What is bought, as the page and the receipt say.
  public var name: String

  /// Terms of refills.
  public init(minimum: Int64 = 100, maximum: Int64 = 50_000, preset: Int64 = 2000, name: String = "Refill") {
    self.minimum = minimum
    self.maximum = maximum
    self.preset = preset
    self.name = name
  }
}
