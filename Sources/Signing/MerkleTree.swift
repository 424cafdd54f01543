/// A Merkle tree over leaves in their order (RFC 6962, section 2.1): one hash that stands for all of them, and a short path
/// from any leaf to it.
public enum MerkleTree {
  /// One step up from a leaf.
  public struct Step: Hashable, Sendable {
    /// On which side of what was reached so far the other hash stands.
    public enum Side: String, Sendable {
      case left, right
    }
    /// Where it stands.
    public let side: Side
    /// The other hash.
    public let hash: [UInt8]

    /// A step with this hash on this side.
    public init(side: Side, hash: [UInt8]) {
      self.side = side
      self.hash = hash
    }
  }

  /// The hash of a leaf: SHA-256 of a zero byte and its content, so that no leaf can be taken for a node.
  public static func leaf(_ content: [UInt8]) -> [UInt8] { SHA256.hash([0] + content) }

  private static func node(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
    var content: [UInt8] = [1]
    content.reserveCapacity(65)
    content += left
    content += right
    return SHA256.hash(content)
  }

  /// The hash over these leaves; without any it is that of nothing.
  public static func root(of leaves: [[UInt8]]) -> [UInt8] {
    var level = leaves
    while level.count > 1 { level = above(level) }
    return level.first ?? SHA256.hash([])
  }

  /// The steps from a leaf up to the root.
  /// - Parameter index: the leaf's place, from 0; it must be one.
  public static func path(to index: Int, in leaves: [[UInt8]]) -> [Step] {
    var (level, index, steps) = (leaves, index, [Step]())
    while level.count > 1 {
      let other = index ^ 1
      // The last of an odd number has nothing beside it and is the same one level up.
      if other < level.count { steps.append(Step(side: other < index ? .left : .right, hash: level[other])) }
      (level, index) = (above(level), index / 2)
    }
    return steps
  }

  /// Where a path leads from a leaf's hash.
  public static func root(from leaf: [UInt8], along path: [Step]) -> [UInt8] {
    path.reduce(leaf) { $1.side == .left ? node($1.hash, $0) : node($0, $1.hash) }
  }

  private static func above(_ level: [[UInt8]]) -> [[UInt8]] {
    stride(from: 0, to: level.count, by: 2).map { index in
      index + 1 < level.count ? node(level[index], level[index + 1]) : level[index]
    }
  }
}
