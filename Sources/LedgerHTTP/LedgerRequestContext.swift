import Hummingbird
import NIOCore

/// What a request's handlers know of the connection it came by.
public struct LedgerRequestContext: RequestContext {
  /// The framework's own part.
  public var coreContext: CoreRequestContextStorage
  /// The other end of the connection; nil where there is none, as in a test without a socket.
  let peer: SocketAddress?

  /// The context of a request on this connection.
  public init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    peer = source.channel.remoteAddress
  }
}
