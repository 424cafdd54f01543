import FedowProtocol
import Kiosk
import Ledger
import Model
import Transport

/// What cards are paid back, and cards that are given to nobody with it.
extension World {
  /// A refund at a kiosk, which chooses its id itself.
  struct RefundAtKiosk {
    let kiosk: Int
    let refund: Facts.Refund
    var ids: Set<String> = []
  }

  /// How a refund is asked for.
  private struct Asking {
    let tag: String
    let site: Int
    let isVoid: Bool
    /// By how much what the operator was shown is old: somebody has filled the card since, or paid with it.
    let error: Int64
    let id: EntityID
    /// What was shown first; a repetition asks for the same.
    let shown = Box<Int64?>(nil)

    func show(_ preview: JSON) {
      if shown.value == nil { shown.value = (preview["total"]?.int64).map { max(0, $0 + error) } }
    }

    var fields: [(String, JSON)] {
      [("expected_total", shown.value.map { JSON($0) } ?? nil), ("void", .bool(isVoid))]
    }
  }

  func refund(_ tag: String, _ action: Action) {
    let (card, own) = (action.card, template.cards[action.card].site)
    let kiosk = action.choice / 7 % 3 == 1 ? kiosks[action.kiosk] : nil
    let asking = Asking(
      tag: tag, site: kiosk?.site ?? (action.choice.isMultiple(of: 5) ? 1 - own : own),
      isVoid: action.choice.isMultiple(of: 3),
      error: action.choice % 4 == 2 ? action.choice % 8 == 2 ? -1 : 1 : 0, id: newID())
    let (facts, isVoid) = (facts, asking.isVoid)
    let before = Box<(opens: Facts.Opens, limits: [Limits])>((.unknown, []))
    enqueue(
      Errand(
        name: "refund \(tag)", way: way(of: asking, at: kiosk), card: isVoid ? (card, tag) : nil,
        begins: { [self] in
          let refund = Facts.Refund(tag: tag, site: asking.site)
          if let kiosk {
            refundAtKiosk = RefundAtKiosk(kiosk: kiosk.number, refund: refund)
          } else {
            facts.refunds[asking.id.text] = refund
          }
          guard isVoid else { return }
          before.value = (facts.opens[card] ?? .unknown, facts.cardLimits[card] ?? [Limits()])
          facts.opens[card] = .unknown
          facts.cardLimits[card] = before.value.limits + [Limits()]
        },
        ends: { [self] isDone, isRepeated in
          let ids = kiosk == nil ? [asking.id.text] : refundAtKiosk?.ids ?? []
          refundAtKiosk = nil
          if isVoid, isDone || !isRepeated {
            facts.opens[card] = isDone ? before.value.opens.emptied : before.value.opens
            facts.cardLimits[card] = isDone ? [Limits()] : before.value.limits
          }
          if isDone, isVoid, asking.site != template.issuer(of: tag) {
            fail(Breach(.blocked, "card \(tag) was freed by a place that has not issued it"))
          }
          let (paid, shown) = (ids.reduce(0) { $0 + oracle.paidBack(by: $1) }, asking.shown.value ?? 0)
          guard isDone || !isRepeated, paid != (isDone ? shown : 0) else { return }
          fail(
            Breach(
              .conservation, "a refund of \(shown) was \(isDone ? "done" : "refused"), and \(paid) was paid back"))
        }))
  }

  private func way(of asking: Asking, at kiosk: SimulatedKiosk?) -> Errand.Way {
    if let kiosk {
      return .kiosk(kiosk) { till in
        asking.show(try await till.ask("/v1/cards/\(asking.tag)/refund/"))
        _ = try await till.act(.refund, on: ["tag": JSON(asking.tag)], fields: asking.fields)
      }
    }
    let site = template.sites[asking.site]
    return .ledger { running in
      guard let place = try await running.administration.places().first(where: { $0.uuid == site.place }) else {
        return
      }
      let preview = try await LedgerQueries(store: running.store).refundPreview(tag: asking.tag, place: place)
      asking.show(try JSON.parse(preview.bodyBytes))
      let body = JSON.object(
        JSONObject(
          [("id", JSON(asking.id.text)), ("operator_card", JSON(site.operatorTag))] + asking.fields))
      _ = try await running.service.submit(
        PostRefund(place: site.place, device: nil, tag: asking.tag, body: body),
        guarded: try PostRefund.replayGuard(place: site.place, tag: asking.tag, body: body))
    }
  }

  /// Under which ids a kiosk asks for what was asked of it.
  func noteRefund(_ request: HTTPRequest, of kiosk: Int) {
    guard request.method == "POST", request.url.hasSuffix("/refund/"), refundAtKiosk?.kiosk == kiosk,
      let refund = refundAtKiosk?.refund, request.url.contains("/\(refund.tag)/"),
      let id = request.body.flatMap({ try? JSON.parse($0) })?["id"]?.text
    else { return }
    facts.refunds[id] = refund
    refundAtKiosk?.ids.insert(id)
  }
}

extension Facts.Opens {
  /// After the card was emptied and given to nobody.
  fileprivate var emptied: Facts.Opens {
    if case .wallet(let wallet) = self { .freshWallet(not: wallet) } else { .unknown }
  }
}
