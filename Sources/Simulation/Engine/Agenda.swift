/// What is due when: by time, and at the same time in the order in which it was added. A binary heap.
struct Agenda {
  struct Entry {
    let at: Int64
    let number: Int
    let act: () -> Void

    func precedes(_ other: Entry) -> Bool { (at, number) < (other.at, other.number) }
  }

  private var heap: [Entry] = []
  private var count = 0

  mutating func add(at time: Int64, _ act: @escaping () -> Void) {
    count += 1
    heap.append(Entry(at: time, number: count, act: act))
    var child = heap.count - 1
    while child > 0, heap[child].precedes(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Takes the first entry, when it is due by then.
  mutating func next(until end: Int64) -> Entry? {
    guard let first = heap.first, first.at <= end else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var parent = 0
    while true {
      let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < heap.count }
      guard let least = children.min(by: { heap[$0].precedes(heap[$1]) }), heap[least].precedes(heap[parent]) else {
        return first
      }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
