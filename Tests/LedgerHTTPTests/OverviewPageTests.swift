import Model
import Testing

@testable import Ledger
@testable import LedgerHTTP

@Suite("The overview page")
struct OverviewPageTests {
  private func page(_ primary: PrimaryStanding?, _ language: PageLanguage) -> String {
    let asset = Overview.Asset(
      name: "Euro fédéré", currencyCode: "FED", category: .federated, issuer: nil, total: 300, inPlaces: 0)
    let overview = Overview(
      serverName: "Le Port", places: ["Bar"], assets: [asset], primary: primary, transactions: 4, lastPosted: nil)
    // As it is read, without what marks it up.
    return OverviewPage(overview: overview, language: language).html
      .replacing(#/<[^>]*>/#, with: "")
  }

  private let right = PrimaryStanding(issued: 300, paidIn: 1700, refunded: 1300, paidOut: 100)

  @Test("says what stands behind the federated money, and that the books agree")
  func holds() {
    #expect(
      page(right, .english).contains(
        """
        What stands behind the federated money: issued 3.00 = paid in 17.00 \u{2212} refunded 13.00 \u{2212} \
        paid out to places 1.00. The books agree.
        """))
    #expect(
      page(right, .french).contains(
        """
        Ce qui garantit la monnaie fédérée\u{A0}: émis 3,00 = encaissé 17,00 \u{2212} remboursé 13,00 \u{2212} \
        versé aux lieux 1,00. Le compte est juste.
        """))
  }

  @Test("says by how much the books do not agree")
  func holdsNot() {
    let wrong = PrimaryStanding(issued: 300, paidIn: 805, refunded: 0, paidOut: 0)
    #expect(page(wrong, .english).contains("The books do not agree, difference: \u{2212}5.05"))
    #expect(page(wrong, .french).contains("Le compte n\u{2019}est pas juste, écart\u{A0}: \u{2212}5,05"))
    #expect(page(wrong, .english).contains("issued 3.00 \u{2260} paid in 8.05"))
    #expect(!page(wrong, .english).contains("The books agree."))
  }

  @Test("says nothing of it where there is no federated money")
  func none() {
    #expect(!page(nil, .english).contains("stands behind"))
  }
}
