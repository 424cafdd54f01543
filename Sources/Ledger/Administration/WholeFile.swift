import Foundation
import GRDB
import Model

/// A database file that appears under its name whole and on the disk, or not at all: also when the power goes.
///
/// It is made beside its place under another name, and gets its own by one step of the file system. What an interrupted
/// attempt left there is removed by the next one.
final class WholeFile {
  /// Where it is made.
  let partial: String
  private let target: String
  private let directory: Int32

  /// What SQLite keeps beside a database: an old one of these would be taken for a part of the new file.
  private static let suffixes = ["", "-wal", "-shm", "-journal"]

  /// Prepares to make a file in a directory that exists.
  /// - Throws: `Refusal` with `already_exists` or `store_unavailable`.
  init(_ target: String) throws(Refusal) {
    self.target = target
    partial = target + ".partial"
    let parent = URL(filePath: target).deletingLastPathComponent().path
    directory = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw Refusal(.storeUnavailable, "The directory \(parent) cannot be opened.") }
    guard flock(directory, LOCK_EX | LOCK_NB) == 0 else {
      throw Refusal(.storeUnavailable, "Another copy is being made in \(parent); try again when it is done.")
    }
    for path in Self.suffixes.map({ target + $0 }) where FileManager.default.fileExists(atPath: path) {
      throw Refusal(.alreadyExists, "\(path) exists already; nothing was written.")
    }
    removePartial()
    // Balances, addresses and digests of keys are for the ledger's own user.
    let file = open(partial, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw Refusal(.storeUnavailable, "\(partial) cannot be written.") }
    close(file)
  }

  deinit {
    if directory >= 0 {
      removePartial()
      close(directory)
    }
  }

  /// Takes into the one file what SQLite keeps in a log beside it, so that it can be read where nothing can be written.
  /// - Throws: `Refusal` with `store_unavailable`, also when a connection to it is still open.
  func settle() throws(Refusal) {
    do {
      let database = try DatabaseQueue(path: partial)
      try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
      try database.close()
    } catch {
      throw Refusal(.storeUnavailable, "\(partial) cannot be finished: \(error)")
    }
  }

  /// Gives the file its name, once no connection to it is open any more.
  /// - Throws: `Refusal` with `already_exists` or `store_unavailable`.
  func publish() throws(Refusal) {
    guard !FileManager.default.fileExists(atPath: partial + "-wal") else {
      throw Refusal(.storeUnavailable, "\(partial) was not closed; nothing was put into place.")
    }
    let file = open(partial, O_RDONLY | O_CLOEXEC)
    let isOnDisk = file >= 0 && fsync(file) == 0
    if file >= 0 { close(file) }
    guard isOnDisk else { throw Refusal(.storeUnavailable, "\(partial) could not be written to the disk.") }
    // A second name for it, and not a new name, because that fails where a file is already.
    guard link(partial, target) == 0 else {
      let exists = errno == EEXIST
      throw Refusal(exists ? .alreadyExists : .storeUnavailable, "\(target) could not be made; nothing was written.")
    }
    unlink(partial)
    guard fsync(directory) == 0 else { throw Refusal(.storeUnavailable, "\(target) may not be on the disk.") }
  }

  private func removePartial() {
    for suffix in Self.suffixes { unlink(partial + suffix) }
  }
}
