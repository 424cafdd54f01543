import FedowProtocol
import Kiosk
import Ledger
import Logging
import Model
import Signing
import TestKit

/// Makes the template in a simulation without faults.
struct TemplateBuilder: Sendable {
  let store: LedgerStore
  let service: PostingService
  let administration: Administration

  static func build() throws(Breach) -> Template {
    guard JobHook.isInstalled, DiskSystem.isRegistered else {
      throw Breach(.start, "the Swift runtime or SQLite lacks what a simulation needs")
    }
    let scheduler = Scheduler(seed: 0, isShuffled: false)
    let result = Box<Result<Template, any Error>>(.failure(LifeOver()))
    do {
      try JobHook.with(scheduler) {
        let (ledger, kiosk) = (SimulatedDisk(files: [:]), SimulatedDisk(files: [:]))
        scheduler.start {
          do {
            result.value = .success(try await make(scheduler, ledger: ledger, kiosk: kiosk))
          } catch {
            result.value = .failure(error)
          }
        }
        try scheduler.settle()
      }
      return try result.value.get()
    } catch {
      throw Breach(.start, "the federation is not made: \(error)")
    }
  }

  private static func make(
    _ scheduler: Scheduler, ledger: SimulatedDisk, kiosk: SimulatedDisk
  ) async throws -> Template {
    let chance = Box(Chance(seed: 0, .ids))
    let newID: @Sendable () -> EntityID = { EntityID.random(using: &chance.value) }
    let clock: @Sendable () -> LedgerTime = { SimulatedClock.start.shifted(by: -60_000_000) }
    let store = try LedgerStore(path: ledger.path("ledger.sqlite"), secretPath: Template.secretPath).withClock(clock)
      .paced {}
    let service = PostingService(
      store: store, clock: clock, newID: newID, logger: Logger(label: "sim") { _ in SwiftLogNoOpLogHandler() })
    let writer = scheduler.start { try? await service.run() }
    let builder = TemplateBuilder(
      store: store, service: service, administration: Administration(store: store, clock: clock, newID: newID))
    var template = try await builder.federation()
    writer.cancel()
    await writer.value
    try store.close()
    let empty = try KioskStore(path: kiosk.path("kiosk.sqlite"), digest: Template.digest, pace: {})
    try empty.close()
    var none = Chance(seed: 0, .disk)
    template.ledgerFiles = ledger.end(powerFails: false, &none)
    template.kioskFiles = kiosk.end(powerFails: false, &none)
    ledger.remove()
    kiosk.remove()
    return template
  }

  private func federation() async throws -> Template {
    var template = Template()
    _ = try await administration.install(serverName: "Simulation", domain: Template.url)
    for (number, name) in Template.names.enumerated() { template.sites.append(try await site(name, number)) }
    template.stranger = try await site(Template.strangerName, Template.names.count)
    let town = try await administration.createFederation(
      name: Template.federationNames[0], places: Template.names, assets: template.sites.map { $0.money.text })
    let village = try await administration.createFederation(
      name: Template.federationNames[1], places: [Template.names[1]], assets: [])
    template.federations = [
      (town, Set(template.sites.map(\.place))), (village, [template.sites[1].place]),
    ]
    try await importCards(&template)
    for number in 0..<2 {
      let address = Template.address(ofGuest: number)
      template.guests.append(try await person(address, number: template.sites.count + number, &template))
    }
    for (number, site) in Template.tillSites.enumerated() {
      let key = try TemplateKeys.key(2 * number)
      let (credentials, device) = try await enrol(key, at: template.sites[site].name, as: "till \(number)")
      template.tills.append(Template.Till(site: site, device: device, credentials: credentials))
      template.spareKeys.append(try TemplateKeys.key(2 * number + 1))
    }
    return template
  }

  private func site(_ name: String, _ number: Int) async throws -> Template.Site {
    let place = try await administration.createPlace(name: name).place
    let money = try await administration.createAsset(
      place: name, name: "\(name) euro", currency: "EU\(number)", category: .localFiat)
    let gift = try await administration.createAsset(
      place: name, name: "\(name) gift", currency: "GI\(number)", category: .gift)
    return Template.Site(
      place: place.uuid, wallet: place.wallet, name: name, money: money.uuid, gift: gift.uuid,
      operatorTag: "A000000\(number)")
  }

  private func enrol(
    _ key: RSAPrivateKey, at place: String, as name: String
  ) async throws -> (PlaceCredentials, EntityID) {
    let code = try await administration.enrolmentCode(place: place, name: name).code
    let answer = try await service.submit(try Enrolment.command(code: code, key: key))
    return try Enrolment.result(answer, key: key)
  }

  /// Cards 0 to 2 of the first place, 3 and 4 of the second; 2 and 4 belong to people.
  private func importCards(_ template: inout Template) async throws {
    let counts = [3, 2]
    let tags = counts.enumerated().map { number, count in (0..<count).map { "B\(number)00000\($0)" } }
    if let stranger = template.stranger { try await importCards([stranger.operatorTag], of: stranger) }
    for (number, site) in template.sites.enumerated() {
      let spares = (0..<3).map { "C\(number)00000\($0)" }
      try await importCards([site.operatorTag] + tags[number] + spares, of: site)
      template.spares += spares
    }
    for (number, site) in template.sites.enumerated() {
      for (index, tag) in tags[number].enumerated() {
        try await fill(tag, at: site, template.everyone)
        let person = index == counts[number] - 1 ? try await holder(of: tag, number: number, &template) : nil
        template.cards.append(Template.Card(tag: tag, number: tag, site: number, person: person))
      }
    }
  }

  /// The first is its operator's.
  private func importCards(_ tags: [String], of site: Template.Site) async throws {
    let lines = tags.map { "https://ledger/qr/\($0.lowercased())-0000-4000-8000-000000000000,\($0),\($0)" }
    _ = try await administration.importCards(
      try CardFile(lines.joined(separator: "\n")), place: site.name, generation: 1)
    _ = try await administration.setPrimary(tag: site.operatorTag, place: site.name)
  }

  /// With its own place's money and gifts, and with some of the others'.
  private func fill(_ tag: String, at site: Template.Site, _ sites: [Template.Site]) async throws {
    let card = try JSON.parse(try await service.submit(ReadCard(place: site.place, tag: tag)).bodyBytes)
    guard let wallet = card["wallet"]?["uuid"]?.text.flatMap({ EntityID($0) }) else { throw Refusal(.cardUnknown) }
    for giver in sites {
      let amount: Int64 = giver.place == site.place ? 1_200 : 700
      for (asset, amount) in [(giver.money, amount), (giver.gift, amount / 4)] {
        _ = try await service.submit(Refill.command(amount, of: asset, to: wallet, tag: tag, at: giver))
      }
    }
  }

  private func holder(of tag: String, number: Int, _ template: inout Template) async throws -> EntityID {
    let person = try await person("\(tag)@town.example", number: number, &template)
    _ = try await service.submit(
      LinkCard(signer: person, body: ["wallet": JSON(person.text), "card_number": JSON(tag)], card: .number))
    return person
  }

  private func person(_ email: String, number: Int, _ template: inout Template) async throws -> EntityID {
    // After those of the tills.
    let key = try TemplateKeys.key(2 * Template.tillSites.count + number)
    let body: JSON = ["email": JSON(email), "public_pem": JSON(key.publicKey.pem)]
    let answer = try await service.submit(
      GetOrCreateWallet(body: body, signature: try key.sign(SignedMessage.post(body))))
    guard let person = (try JSON.parse(answer.bodyBytes)).text.flatMap({ EntityID($0) }) else {
      throw Refusal(.personUnknown)
    }
    template.keys[person] = key
    return person
  }
}
