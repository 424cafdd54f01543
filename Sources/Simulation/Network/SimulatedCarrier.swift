import FedowProtocol
import Kiosk
import Model
import Transport

/// A kiosk's connections: they lead into the simulated network.
struct SimulatedCarrier: LedgerCarrier {
  let network: SimulatedNetwork
  let scheduler: Scheduler
  let life: Life
  let kiosk: Int
  let timeouts: LedgerTimeouts
  let plant: PlantedCarrier
  let noteSending: @Sendable (HTTPRequest) -> Void

  func send(_ request: HTTPRequest, for errand: LedgerErrand) async throws(TransportFailure) -> HTTPResponse {
    if let answer = plant.answer(to: request) { return answer }
    noteSending(request)
    let (request, askedAt) = (plant.changed(request), scheduler.now)
    let result: Result<HTTPResponse, TransportFailure>
    do {
      result = try await scheduler.wait(in: life, isCancellable: request.isAbandonable) { end in
        network.send(request, from: kiosk, within: limit(of: errand), end)
      }
    } catch {
      throw .uncertain("given up")
    }
    switch result {
    case .success(let answer): return plant.changed(answer, to: request, askedAt: askedAt)
    case .failure(let failure):
      if let answer = plant.answer(to: request, after: failure) { return answer }
      throw failure
    }
  }

  private func limit(of errand: LedgerErrand) -> Duration {
    switch errand {
    case .card: .milliseconds(timeouts.card)
    case .urgentDebit, .background: .milliseconds(timeouts.debit)
    case .call(let patience): .milliseconds(timeouts.debit) + patience
    }
  }
}

// Unchecked because one thread alone touches it: the simulation's.
extension SimulatedNetwork: @unchecked Sendable {}
