import FedowProtocol
import Model
import Rules

/// `POST /v1/acceptance/`: a place says what it takes of the money that its federations share with it.
public struct SetAcceptance: LedgerCommand {
  let place: EntityID
  let device: EntityID?
  let body: JSON

  /// The most assets in one request.
  static let limit = 1000

  /// Sets what this body says, for this place.
  public init(place: EntityID, device: EntityID?, body: JSON) {
    self.place = place
    self.device = device
    self.body = body
  }

  /// 200 with what it takes from now on.
  /// - Throws: `Refusal` with `not_found` for an asset that is not shared with it.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let place = try ledger.caller(place)
    let body = try NativeBody(body)
    let change = try Self.change(body)
    let operatorTag = try body.optionalText("operator_card", atMost: 20)
    _ = try ledger.operatorCard(tag: operatorTag, at: place)
    let said = try ledger.books.acceptancePolicy(of: place.uuid).named
    return Answer(
      try ledger.change(change, of: place, device: device, operatorCard: operatorTag) { text in
        guard let asset = try EntityID(text).flatMap({ try ledger.books.asset($0) }),
          try said[asset.uuid] != nil || ledger.books.isShared(asset, with: place)
        else { throw Refusal(.notFound, "No asset \(text) is shared with this place.") }
        return asset
      })
  }

  private static func change(_ body: NativeBody) throws(Refusal) -> AcceptanceChange {
    var change = AcceptanceChange()
    switch try body.optionalText("unnamed", atMost: 10) {
    case nil: break
    case "accepted": change.beginning = true
    case "refused": change.beginning = false
    default: throw Refusal(.requestMalformed, "unnamed is accepted, refused or null.")
    }
    guard let assets = body.value("assets") else {
      guard change.beginning != nil else { throw Refusal(.requestMalformed, "Say unnamed, assets or both.") }
      return change
    }
    guard let elements = assets.elements, elements.count <= limit, !elements.isEmpty || change.beginning != nil else {
      throw Refusal(.requestMalformed, "assets is a list of at most \(limit) objects, and not empty by itself.")
    }
    for element in elements {
      let fields = try NativeBody(element)
      let asset = try fields.requiredID("asset")
      guard let isAccepted = try fields.flag("is_accepted") else {
        throw Refusal(.requestMalformed, "is_accepted is true or false.")
      }
      let ceiling = try fields.limit("ceiling")
      guard isAccepted || ceiling == nil else {
        throw Refusal(.requestMalformed, "What is refused has no ceiling.")
      }
      change.named.append((asset.text, Acceptance(isAccepted: isAccepted, ceiling: ceiling)))
    }
    return change
  }
}

extension LedgerQueries {
  /// `GET /v1/acceptance/`: what a place takes of the money of others, and how much more of it.
  public func acceptance(place: Books.Place) async throws -> Answer {
    try await store.read { books in Answer(try books.acceptanceJSON(of: place)) }
  }
}
