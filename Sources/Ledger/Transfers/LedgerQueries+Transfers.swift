import FedowProtocol
import Model

/// What people read of their transfers.
extension LedgerQueries {
  /// `GET /v1/wallet/transfers/{id}/`: what became of a transfer that the signer asked for.
  /// - Throws: `Refusal` with `not_found` when the ledger never decided about it.
  public func transfer(_ id: EntityID, of wallet: EntityID) async throws -> Answer {
    try await store.read { books in
      guard let transfer = try books.transfer(id, of: wallet) else {
        throw Refusal(.notFound, "You have asked for no transfer of this id.")
      }
      guard transfer.transaction == nil else { return Answer(status: 200, body: transfer.answer.body) }
      var object = try JSON.parse(transfer.answer.body).object ?? JSONObject()
      object["id"] = JSON(id.text)
      object["state"] = "refused"
      return Answer(.object(object))
    }
  }

  /// `GET /v1/wallet/transfers/`: what the signer gave and got, newest first, and the limits that they set.
  ///
  /// Of the other party each sees what they have a right to: the sender the name that they wrote, the receiver the short
  /// name of a wallet; the comment is both's.
  public func transfers(of wallet: EntityID, before number: Int64?, limit: Int) async throws -> Answer {
    try await store.read { books in
      let limit = min(max(limit, 1), 1000)
      let found = try books.transfers(of: wallet, before: number ?? .max, limit: limit + 1)
      let page = found.prefix(limit)
      return Answer([
        "transfers": .array(try page.map { try books.line($0.1, number: $0.number, for: wallet) }),
        "next": found.count > limit ? page.last.map { JSON($0.number) } ?? .null : .null,
        "limits": try books.transferLimits(of: wallet).transferJSON,
      ])
    }
  }
}

extension Books {
  fileprivate func line(_ transfer: Transfer, number: Int64, for wallet: EntityID) throws -> JSON {
    guard let posted = try transfer.transaction.flatMap({ try transaction($0) }), let asset = try asset(transfer.asset)
    else { throw Refusal(.ledgerBroken, "Transfer \(number) has no transaction.") }
    let request = try TransferRequest(try JSON.parse(transfer.request), signature: transfer.signature)
    let isOut = transfer.sender == wallet
    return [
      "number": JSON(number), "direction": isOut ? "out" : "in", "id": isOut ? JSON(transfer.id.text) : .null,
      "party": JSON(isOut ? request.receiver.shown : try walletName(transfer.sender)),
      "comment": JSON(request.comment), "transaction": posted.receiptLine(asset: asset),
    ]
  }
}
