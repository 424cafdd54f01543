import FedowProtocol
import Model
import Synchronization

/// What each reader is doing, for those who ask.
public final class ReaderBoard: Sendable {
  private let states = Mutex<[ReaderID: ReaderState]>([:])

  /// A board without readers.
  public init() {}

  /// The readers by name.
  public var readers: [(id: ReaderID, state: ReaderState)] {
    states.withLock { $0.sorted { $0.key.name < $1.key.name }.map { ($0.key, $0.value) } }
  }

  /// The readers as the local API shows them.
  public var json: JSON { .array(readers.map { Self.json($0.id, $0.state) }) }

  /// Why no card can be read at all: `reader_missing` with the word of the stacks; nil while one reader is ready.
  public var missing: Refusal? {
    let known = readers
    guard !known.contains(where: { $0.state == .idle || $0.state == .reading }) else { return nil }
    guard let fault = known.compactMap({ $0.state.fault }).first else { return Refusal(.readerMissing) }
    return Refusal(.readerMissing, "\(Refusal.Code.readerMissing.sentence) The reader's stack says: \(fault).")
  }

  /// The readers and, when none is ready, the code and sentence for that.
  public var report: JSON {
    var object = JSONObject([("readers", json)])
    if let missing {
      object["code"] = JSON(missing.code.rawValue)
      object["sentence"] = JSON(missing.sentence)
      object["sentence_fr"] = JSON(missing.code.sentenceInFrench)
    }
    return .object(object)
  }

  /// Notes a state; false when it is the one that was known.
  func note(_ reader: ReaderID, _ state: ReaderState) -> Bool {
    states.withLock { $0.updateValue(state, forKey: reader) != state }
  }

  static func json(_ reader: ReaderID, _ state: ReaderState) -> JSON {
    ["reader": JSON(reader.name), "state": JSON(state.description), "fault": JSON(state.fault)]
  }
}
