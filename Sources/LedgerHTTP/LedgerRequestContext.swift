import Hummingbird
import NIOCore

/// What a request's handlers know of the connection it came by.
public struct LedgerRequestContext: RequestContext {
  /// The framework's own part.
  public var coreContext: CoreRequestContextStorage
  private let channel: any Channel

  /// The context of a request on this connection.
  public init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }

  /// The other end of the connection; nil where there is none, as in a test without a socket.
  var peer: SocketAddress? { channel.remoteAddress }
}
