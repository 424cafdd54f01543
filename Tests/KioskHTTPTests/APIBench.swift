import FedowProtocol
import Hummingbird
import HummingbirdTesting
import Kiosk
import KioskHTTP
import Logging
import Model
import TestKit

/// A kiosk on a real store before a `StillLedger`, and its local API called in memory.
struct APIBench {
  static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  private let directory = TemporaryFolder()

  func kiosk(isPaired: Bool = true, needsOperator: Bool) async throws -> TapKiosk {
    var configuration = KioskConfiguration()
    configuration.primaryCard = "333C9A6E"
    configuration.needsOperator = needsOperator
    return await TapKiosk(
      configuration: configuration, store: try KioskStore(path: directory.path + "/kiosk.sqlite"),
      ledgers: LedgerSource { () throws(Refusal) -> (any LedgerLink)? in isPaired ? StillLedger() : nil },
      clock: MachineClock(), logger: Self.quiet)
  }

  /// Calls the API and gives the status with the body.
  func call(
    _ kiosk: TapKiosk, _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil,
    headers: HTTPFields = [.contentType: "application/json"]
  ) async throws -> (status: Int, json: JSON) {
    let application = Application(router: KioskAPI(kiosk: kiosk).router(), logger: Self.quiet)
    return try await application.test(.router) { client in
      try await client.execute(
        uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) }
      ) { response in
        (Int(response.status.code), try JSON.parse(Array(response.body.readableBytesView)))
      }
    }
  }
}
