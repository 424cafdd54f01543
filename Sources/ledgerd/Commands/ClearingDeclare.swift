import ArgumentParser
import Ledger

/// Says for a place that it paid.
struct ClearingDeclare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "declare", abstract: "Say for the place that pays by which bank transfer it paid.")

  @OptionGroup var which: ClearingPaymentArguments

  @Option(name: .long, help: "What the transfer is known by at the bank.")
  var reference: String

  @Option(name: .long, help: "The day it was made, like 2026-11-24.")
  var paidOn: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.say {
      try await $0.declareClearingPayment(
        which.clearing, place: which.place, part: which.part, payment: which.payment, reference: reference,
        paidOn: paidOn)
    }
  }
}
