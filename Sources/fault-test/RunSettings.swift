import ArgumentParser

/// What is behind the proxies.
enum LedgerKind: String, ExpressibleByArgument, CaseIterable, Sendable { case ledgerd, fedow }

/// What one run is made of.
struct RunSettings: Sendable {
  let ledger: LedgerKind
  let taps: Int
  let kiosks: Int
  let seed: UInt64
  let faultShare: Double
  let settling: Int?
  let kinds: [Trouble]
  let showsProgress: Bool
  let isOfflineAllowed: Bool
  let isPlanted: Bool
  let binaries: String
}

/// What must not be.
struct Breach: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
