import ArgumentParser
import FedowProtocol
import Ledger
import Model

/// Which clearing is meant, and of it which part.
struct ClearingPart: ParsableArguments {
  @Argument(help: "The clearing's uuid.")
  var clearing: EntityID

  @Option(name: .long, help: "Only this part of it, by its number.")
  var part: Int64?
}

/// Says for a place that it agrees.
struct ClearingAgree: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agree", abstract: "Say for a place that it agrees to its position.",
    discussion:
      "What then waits for nobody is posted at once. A place that has a key says so itself by its signature."
  )

  @OptionGroup var which: ClearingPart

  @Option(name: .long, help: "The place that agrees: name or uuid.")
  var place: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let administration = Administration(store: try options.store())
      return ClearingSheet(
        try await administration.agreeToClearing(which.clearing, place: place, part: which.part)
      ).printout
    }
  }
}

/// Says for a place that it declines.
struct ClearingDecline: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decline", abstract: "Say for a place that it declines, for good.")

  @OptionGroup var which: ClearingPart

  @Option(name: .long, help: "The place that declines: name or uuid.")
  var place: String

  @Option(name: .long, help: "Why.")
  var reason: String?

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let administration = Administration(store: try options.store())
      return ClearingSheet(
        try await administration.declineClearing(
          which.clearing, place: place, part: which.part, reason: reason)
      ).printout
    }
  }
}

/// Which payment of a clearing is meant.
struct ClearingPaymentArguments: ParsableArguments {
  @Argument(help: "The clearing's uuid.")
  var clearing: EntityID

  @Option(name: .long, help: "The part, by its number.")
  var part: Int64 = 1

  @Option(name: .long, help: "The payment, by its number.")
  var payment: Int64

  @Option(name: .long, help: "The place that says so: name or uuid.")
  var place: String
}

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
    try await options.run {
      let administration = Administration(store: try options.store())
      return ClearingSheet(
        try await administration.declareClearingPayment(
          which.clearing, place: which.place, part: which.part, payment: which.payment,
          reference: reference,
          paidOn: paidOn)
      ).printout
    }
  }
}

/// Says for a place that it was paid.
struct ClearingConfirm: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "confirm",
    abstract: "Say for the place that is paid that a bank transfer has come.",
    discussion: "With the last of them the part is posted.")

  @OptionGroup var which: ClearingPaymentArguments
  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let administration = Administration(store: try options.store())
      return ClearingSheet(
        try await administration.confirmClearingPayment(
          which.clearing, place: which.place, part: which.part, payment: which.payment)
      ).printout
    }
  }
}

/// Posts what all agreed to.
struct ClearingSettle: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settle", abstract: "Post what all agreed to, once what stood in its way is gone.",
    discussion:
      "All of it or nothing; what is settled already stays as it is. Exit code 1 and the reason otherwise."
  )

  @OptionGroup var which: ClearingPart
  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let administration = Administration(store: try options.store())
      return ClearingSheet(
        try await administration.settleClearing(which.clearing, part: which.part)
      ).printout
    }
  }
}
