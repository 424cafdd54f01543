/// How long to wait before the next try: each time twice as long, up to a bound; from the start again after a success.
struct Backoff {
  private let first: Duration
  private let longest: Duration
  private var next: Duration

  init(first: Duration, longest: Duration) {
    self.first = first
    self.longest = longest
    next = first
  }

  mutating func delay() -> Duration {
    defer { next = min(next * 2, longest) }
    return next
  }

  mutating func reset() { next = first }
}
