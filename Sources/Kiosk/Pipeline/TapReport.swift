import FedowProtocol
import Model
import Signing

/// Taps as those who watch are told.
enum TapReport {
  static func seen(_ tap: Tap, charge: EntityID?) -> JSON {
    [
      "reader": JSON(tap.reader.name), "uid": JSON(tap.uid.description), "card": JSON(tap.uid.firstTagID),
      "technology": JSON(tap.technology.rawValue), "charge": JSON(charge?.text),
    ]
  }

  static func refused(_ refusal: Refusal, reader: ReaderID, uid: TagUID?) -> JSON {
    .object(JSONObject([("reader", JSON(reader.name)), ("uid", JSON(uid?.description))] + refusal.fields))
  }
}
