import FedowProtocol
import Kiosk
import Ledger
import Model
import Signing

/// Keys that end, and kiosks that get new ones.
extension World {
  func revoke(_ kiosk: SimulatedKiosk) {
    let site = template.sites[kiosk.site]
    guard let device = kiosk.pairing.device, !kiosk.isShutOut else { return }
    let facts = facts
    enqueue(
      "revoke the device of \(kiosk.name)", begins: { facts.revoked[device] = .maybe },
      ends: { [self] isDone, isRepeated in
        // A place that is shut out cannot.
        guard isDone || isRepeated else { return facts.revoked[device] = .no }
        facts.revoked[device] = isDone ? .yes : .maybe
        shutOut(kiosk)
      }
    ) { running in
      _ = try await running.service.submit(RevokeDevice(place: site.place, caller: nil, device: device))
    }
  }

  func rotateKeys(of site: Int) {
    let (facts, name) = (facts, template.sites[site].name)
    let tills = tills.filter { $0.site == site }
    let devices = Box<[EntityID]>([])
    enqueue(
      "rotate the keys of \(name)",
      begins: {
        devices.value = tills.compactMap(\.pairing.device)
        for device in devices.value { facts.revoked[device] = .maybe }
      },
      ends: { [self] _, _ in
        for device in devices.value { facts.revoked[device] = .yes }
        for kiosk in tills { shutOut(kiosk) }
      }
    ) { [self] running in
      try await ledger.atCommandLine(running) { _ = try await $0.rotateKey(place: name) }
    }
  }

  /// Whoever holds the device goes on with it until it is a device of its place again.
  private func shutOut(_ kiosk: SimulatedKiosk) {
    kiosk.isShutOut = true
    perform(
      Action(
        kind: .sell, gap: 0, kiosk: kiosk.number, card: chance.one(of: profile.cards), other: 0,
        amount: chance.number(profile.amounts), choice: 1))
    scheduler.after(chance.milliseconds(100...5_000)) { [self] in enrolAnew(kiosk) }
  }

  /// Makes the kiosk a device again, with a key of its own, and starts it with that.
  func enrolAnew(_ kiosk: SimulatedKiosk) {
    let name = template.sites[kiosk.site].name
    let key = template.spareKeys[kiosk.number]
    let made = Box<(code: EnrolmentCode, credentials: PlaceCredentials, device: EntityID)?>(nil)
    enqueue(
      "enrol \(kiosk.name)",
      ends: { [self] _, _ in
        guard kiosk.isShutOut else { return }
        guard let (code, credentials, device) = made.value else {
          // While the place is shut out itself.
          return scheduler.after(.seconds(2)) { [self] in enrolAnew(kiosk) }
        }
        usedCodes.append(code)
        kiosk.pair(credentials, device: device)
        kiosk.die(powerFails: false)
        restart(kiosk, after: .milliseconds(200))
      }
    ) { running in
      let code = try await running.administration.enrolmentCode(place: name, name: kiosk.name).code
      let answer = try await running.service.submit(try Enrolment.command(code: code, key: key))
      let (credentials, device) = try Enrolment.result(answer, key: key)
      made.value = (code, credentials, device)
    }
  }
}
