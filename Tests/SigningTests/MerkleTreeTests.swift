import Model
import Signing
import Testing

@Suite("The Merkle tree")
struct MerkleTreeTests {
  /// The leaves and roots of certificate transparency's own test vectors.
  @Test("gives the roots that RFC 6962's trees have")
  func vectors() {
    let inputs = [
      "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ].map { MerkleTree.leaf(Hexadecimal.decode($0) ?? []) }
    let roots = [
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    for (count, root) in roots.enumerated() {
      #expect(Hexadecimal.encode(MerkleTree.root(of: Array(inputs.prefix(count)))) == root)
    }
  }

  @Test("leads from each leaf of a tree of any size to its root, and from no other")
  func paths() {
    for count in 1...33 {
      let leaves = (0..<count).map { MerkleTree.leaf([UInt8($0)]) }
      let root = MerkleTree.root(of: leaves)
      for index in 0..<count {
        let path = MerkleTree.path(to: index, in: leaves)
        #expect(MerkleTree.root(from: leaves[index], along: path) == root)
        #expect(MerkleTree.root(from: MerkleTree.leaf([99]), along: path) != root)
        #expect(path.count <= 6)
      }
    }
  }
}
