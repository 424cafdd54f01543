import Model
import Rules
import Testing

@Suite("What of a card is paid back")
struct RefundRulesTests {
  private static let place = EntityID("00000000-0000-4000-8000-000000000001")
  private static let other = EntityID("00000000-0000-4000-8000-000000000002")

  @Test(
    "own money of the kinds that the policy names, federated money when it names it, and nothing else",
    arguments: AssetCategory.allCases)
  func obstacles(category: AssetCategory) throws {
    let (place, other) = (try #require(Self.place), try #require(Self.other))
    for paying in [RefundRules.byDefault, RefundRules.ofFedow, RefundRules.payable, []] {
      for issuer in [place, other] {
        let terms = AssetTerms(asset: place, category: category, issuerWallet: issuer)
        let expected: Refusal.Code? =
          switch category {
          case .badge, .membership: .refundNotMoney
          case .federated: paying.contains(.federated) ? nil : .refundFederated
          default: issuer == other ? .refundElsewhere : paying.contains(category) ? nil : .refundNotOffered
          }
        #expect(RefundRules.obstacle(to: terms, at: place, paying: paying) == expected)
      }
    }
    #expect(RefundRules.byDefault == [.localFiat])
  }
}
