import Model
import Stripe
import Testing

@Suite struct StripeSettingsTests {
  @Test(arguments: ["sk_test_1", "rk_test_1", " sk_test_1\n"]) func aTestKeyIsKnownAsOne(_ text: String) throws {
    #expect(try !StripeSecretKey(text).isLive)
  }

  @Test(arguments: ["sk_live_1", "rk_live_1"]) func aLiveKeyIsKnownAsOne(_ text: String) throws {
    #expect(try StripeSecretKey(text).isLive)
  }

  @Test(arguments: ["", "sk_test_", "pk_test_1", "sk_1", "whsec_1", "sk_test_1 2", "sk_test_1\r\nX: y"])
  func whatIsNoKeyIsRefusedWithoutRepeatingIt(_ text: String) {
    let refusal = #expect(throws: Refusal.self) { try StripeSecretKey(text) }
    #expect(refusal?.code == .configurationInvalid)
    if text.count > 8 { #expect(refusal?.sentence.contains(text) == false) }
  }

  @Test func aKeyShowsItselfToNobody() throws {
    let key = try StripeSecretKey("sk_test_visible")
    let settings = try StripeSettings(key: key)
    var dumped = ""
    dump(settings, to: &dumped)
    #expect(!"\(key) \(String(reflecting: key)) \(settings) \(dumped)".contains("visible"))
  }

  @Test(arguments: [
    "http://api.stripe.com", "http://127.0.0.1.evil.org", "ftp://api.stripe.com", "http://localhostile:1",
  ])
  func anAddressThatWouldShowTheKeyIsRefused(_ url: String) throws {
    let key = try StripeSecretKey("sk_test_1")
    #expect(throws: Refusal.self) { try StripeSettings(key: key, baseURL: url) }
  }

  @Test func aLiveKeyIsNotGivenToAStandIn() throws {
    let (live, test) = (try StripeSecretKey("sk_live_1"), try StripeSecretKey("sk_test_1"))
    #expect(throws: Refusal.self) { try StripeSettings(key: live, baseURL: "http://127.0.0.1:1") }
    #expect(try StripeSettings(key: test, baseURL: "http://127.0.0.1:1/").baseURL == "http://127.0.0.1:1")
  }
}
