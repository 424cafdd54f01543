import FedowProtocol
import Stripe
import Testing

/// Shapes as Stripe documents them: what is not understood is no answer, and what may be expanded is read either way.
@Suite struct StripeShapeTests {
  @Test func aPaymentIsReadWhetherItIsNamedOrWhole() throws {
    let base: JSON = [
      "id": "cs_1", "object": "checkout.session", "payment_status": "paid", "created": 1, "status": "complete",
      "amount_total": 100,
    ]
    var object = try #require(base.object)
    object["payment_intent"] = "pi_1"
    #expect(CheckoutSession(.object(object))?.paymentIntent == "pi_1")
    object["payment_intent"] = ["id": "pi_1", "object": "payment_intent"]
    #expect(CheckoutSession(.object(object))?.paymentIntent == "pi_1")
    object["payment_status"] = "a_new_one"
    #expect(CheckoutSession(.object(object)) == nil)
  }

  @Test func aPageWithOneItemThatIsNotUnderstoodIsNoPage() {
    let refund: JSON = ["id": "re_1", "object": "refund", "amount": 1, "currency": "eur", "created": 1]
    let page = { (items: [JSON]) -> JSON in ["object": "list", "has_more": false, "data": .array(items)] }
    #expect(StripePage<StripeRefund>(page([refund]))?.items.count == 1)
    #expect(StripePage<StripeRefund>(page([refund, ["id": "x"]])) == nil)
  }

  @Test func aRefundWithoutAKnownStatusIsNotTakenForDone() {
    let refund: JSON = [
      "id": "re_1", "object": "refund", "amount": 1, "currency": "eur", "created": 1, "status": "something_new",
    ]
    #expect(StripeRefund(refund)?.status == .pending)
  }
}
