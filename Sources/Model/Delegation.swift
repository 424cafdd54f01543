/// The authority to debit a wallet without its owner's signature at each debit: a small contract with limits.
public struct Delegation: Hashable, Sendable {
  /// Its id.
  public let id: EntityID
  /// How it came about.
  public let source: Source
  /// Who may debit.
  public let grantee: Grantee
  /// What may be debited; nil: whatever the grantee accepts.
  public let assets: Set<EntityID>?
  /// What for.
  public let purpose: Purpose
  /// How much.
  public let limits: Limits
  /// From when, in microseconds since 1970; nil: from ever.
  public let from: Int64?
  /// Until when, in microseconds since 1970; nil: until it is revoked.
  public let until: Int64?
  /// Whose days are counted: a name of the IANA database.
  public let timeZone: String

  /// How a delegation came about.
  public enum Source: String, Sendable, Hashable, Codable {
    /// With the card: what its issuer's federation gives to whoever holds it; ends when it is linked to a person.
    case issue
    /// With the linking of a card to a person, who signed that.
    case link
    /// By the owner's own signature.
    case owner
  }

  /// Who may debit.
  public enum Grantee: Hashable, Sendable {
    case place(EntityID)
    case federation(EntityID)
    /// Every place that accepts the asset.
    case all
  }

  /// What a debit is for.
  public enum Purpose: String, Sendable, Hashable, Codable, CaseIterable {
    case tap, subscription, demurrage
  }

  /// How much may be debited, in minor units over all assets that the delegation covers; nil: no limit.
  public struct Limits: Hashable, Sendable {
    /// In one debit.
    public var perTap: Int64?
    /// In one local day.
    public var perDay: Int64?
    /// Ever.
    public var total: Int64?

    /// Limits; nil for none.
    public init(perTap: Int64? = nil, perDay: Int64? = nil, total: Int64? = nil) {
      self.perTap = perTap
      self.perDay = perDay
      self.total = total
    }

    /// Whether what was debited before does not matter.
    public var needsNoCount: Bool { perDay == nil && total == nil }
  }

  /// How much of the limits is used, in minor units.
  public struct Use: Hashable, Sendable {
    /// In the local day.
    public var today: Int64
    /// Ever.
    public var total: Int64

    /// So much in the day and so much ever.
    public init(today: Int64 = 0, total: Int64 = 0) {
      self.today = today
      self.total = total
    }
  }

  /// A delegation of these terms.
  public init(
    id: EntityID, source: Source, grantee: Grantee, assets: Set<EntityID>? = nil, purpose: Purpose = .tap,
    limits: Limits = Limits(), from: Int64? = nil, until: Int64? = nil, timeZone: String
  ) {
    self.id = id
    self.source = source
    self.grantee = grantee
    self.assets = assets
    self.purpose = purpose
    self.limits = limits
    self.from = from
    self.until = until
    self.timeZone = timeZone
  }
}
