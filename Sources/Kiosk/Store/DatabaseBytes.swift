import FoundationEssentials
import GRDB

/// Bytes as a BLOB: GRDB's own way is Foundation's `Data`, which nothing else here needs.
struct DatabaseBytes: DatabaseValueConvertible {
  let bytes: [UInt8]

  var databaseValue: DatabaseValue { Data(bytes).databaseValue }

  static func fromDatabaseValue(_ value: DatabaseValue) -> DatabaseBytes? {
    Data.fromDatabaseValue(value).map { DatabaseBytes(bytes: Array($0)) }
  }
}

extension [UInt8] {
  var data: DatabaseBytes { DatabaseBytes(bytes: self) }
}
