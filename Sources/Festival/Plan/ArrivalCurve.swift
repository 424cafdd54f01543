import Foundation

/// How many guests come when: a share of the highest rate at each part of the evening.
public enum ArrivalCurve: String, CaseIterable, Sendable {
  /// As many all the time.
  case steady
  /// More and more, from none to the most.
  case ramp
  /// Few, and two great breaks at which everybody comes at once.
  case rush
  /// Many, until the bar closes and the money is fetched back.
  case closing
  /// The doors open, two breaks, the end.
  case festival

  /// From 0 to 1, at a time from 0 to 1.
  public func intensity(at time: Double) -> Double {
    switch self {
    case .steady: 1
    case .ramp: time
    case .rush: min(1, 0.25 + Self.peak(time, at: 0.35) + Self.peak(time, at: 0.7))
    case .closing: time < 0.6 ? 1 : max(0.1, 1 - (time - 0.6) / 0.4)
    case .festival:
      min(1, time / 0.15) * min(1, max(0.1, (1 - time) / 0.15))
        * min(1, 0.45 + Self.peak(time, at: 0.4) + Self.peak(time, at: 0.7))
    }
  }

  /// How much of a guest's acts fetch money back at this time.
  func refundShare(at time: Double) -> Double {
    switch self {
    case .closing, .festival: time < 0.8 ? 0.1 : 6
    case .steady, .ramp, .rush: 1
    }
  }

  /// A bell of a tenth of the evening's width.
  private static func peak(_ time: Double, at middle: Double) -> Double {
    0.75 * exp(-pow((time - middle) / 0.05, 2) / 2)
  }
}
