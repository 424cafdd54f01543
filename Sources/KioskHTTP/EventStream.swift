import FedowProtocol
import Hummingbird
import Kiosk

/// The kiosk's events as server-sent events (HTML Living Standard, section 9.2).
enum EventStream {
  static func response(_ events: EventHub) -> Response {
    let stream = events.watch()
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
      body: ResponseBody { writer in
        // Something at once, so that the client knows that it is heard.
        try await writer.write(ByteBuffer(string: ": watching\n\n"))
        for await event in stream { try await writer.write(ByteBuffer(string: text(of: event))) }
        try await writer.finish(nil)
      })
  }

  private static func text(of event: KioskEvent) -> String {
    guard event.kind != .heartbeat else { return ": alive\n\n" }
    return "id: \(event.id)\nevent: \(event.kind.rawValue)\ndata: \(event.data.compact)\n\n"
  }
}
