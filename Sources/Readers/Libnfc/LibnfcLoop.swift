import Model

/// The parent's side of one libnfc device: starts workers, believes their frames, ends those that fall silent.
struct LibnfcLoop: Sendable {
  /// Opening a device that does not answer takes libnfc 1.4 seconds.
  static let longestStart: Int32 = 3000
  /// A healthy worker writes every 40 ms, one whose chip answers late every half second.
  static let longestSilence: Int32 = 900

  let connstring: String
  let command: WorkerCommand
  let interrupt: InterruptPipe
  let emit: @Sendable (ReaderEvent) -> Void

  private var reader: ReaderID { ReaderID(connstring) }

  func run() {
    var backoff = Backoff(first: .milliseconds(100), longest: .seconds(2))
    while !interrupt.isSignalled {
      report(.starting)
      let (end, wasReady) = runWorker()
      if wasReady { backoff.reset() }
      see(.lost)
      report(end)
      let (seconds, attoseconds) = backoff.delay().components
      interrupt.wait(milliseconds: Int32(seconds) * 1000 + Int32(attoseconds / 1_000_000_000_000_000))
    }
  }

  /// - Returns: what the reader is without its worker, and whether its device had been open.
  private func runWorker() -> (end: ReaderState, wasReady: Bool) {
    guard let process = WorkerProcess(command, connstring: connstring) else {
      return (.faulted("\(command.executable) cannot be started"), false)
    }
    var isReady = false
    while true {
      let patience = isReady ? Self.longestSilence : Self.longestStart
      switch process.next(milliseconds: patience, interrupt: interrupt.readable) {
      case .frame(.fault(let why)): return (.faulted(why), isReady)
      case .frame(.absent): return (.absent, isReady)
      case .frame(let frame):
        isReady = isReady || frame == .ready
        take(frame)
      case .silence: return (.faulted("libnfc does not answer"), isReady)
      case .ended: return (.faulted("libnfc ended unexpectedly"), isReady)
      case .interrupted: return (.absent, isReady)
      }
    }
  }

  private func take(_ frame: WorkerFrame) {
    switch frame {
    case .ready, .empty:
      if frame == .empty { see(.empty) }
      report(.idle)
    case .several:
      see(.several)
      report(.reading)
    case .unreadable(let why): see(.unreadable(why))
    case .tag(_, let sak, let bytes):
      do throws(Refusal) {
        see(.tag(try TagUID(bytes: bytes), TagTechnology(sak: sak)))
      } catch {
        see(.unreadable(error.sentence))
      }
      report(.reading)
    case .heartbeat, .fault, .absent, .device: break
    }
  }

  private func see(_ field: TagSighting.Field) {
    emit(.sighting(TagSighting(reader: reader, field: field, instant: .now())))
  }

  private func report(_ state: ReaderState) { emit(.state(reader, state, .now())) }
}
