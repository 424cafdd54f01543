import FedowProtocol
import Hummingbird
import Ledger
import Model

extension Request {
  /// The most bytes of a body.
  static let bodyLimit = 4 * 1024 * 1024
  /// How long a body may take to come. A silent connection ends by itself; this ends one that sends a byte now and then.
  static let bodyTime = Duration.seconds(30)

  /// Reads the whole body, within its bounds.
  /// - Throws: `Rejection` 413 when it is too long, 408 when it comes too slowly, 400 when it ends before its end.
  func bytes(now: () -> MonotonicTime) async throws -> [UInt8] {
    if let length = headers[.contentLength].flatMap({ Int($0) }), length > Self.bodyLimit { throw Self.tooLong }
    let deadline = now() + Self.bodyTime
    var bytes: [UInt8] = []
    do {
      for try await chunk in body {
        guard bytes.count + chunk.readableBytes <= Self.bodyLimit else { throw Self.tooLong }
        bytes.append(contentsOf: chunk.readableBytesView)
        guard now() < deadline else {
          throw Rejection(status: 408, ["detail": "The body came too slowly.", "code": "request_malformed"])
        }
      }
    } catch let rejection as Rejection {
      throw rejection
    } catch {
      throw Rejection(status: 400, ["detail": "The body ended before its end.", "code": "request_malformed"])
    }
    return bytes
  }

  private static let tooLong = Rejection(
    status: 413, ["detail": "The body is longer than 4 MiB.", "code": "request_too_long"])
}
