import ArgumentParser
import Ledger

/// Says for a place that it was paid.
struct ClearingConfirm: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "confirm",
    abstract: "Say for the place that is paid that a bank transfer has come.",
    discussion: "With the last of them the part is posted.")

  @OptionGroup var which: ClearingPaymentArguments
  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.say {
      try await $0.confirmClearingPayment(
        which.clearing, place: which.place, part: which.part, payment: which.payment)
    }
  }
}
