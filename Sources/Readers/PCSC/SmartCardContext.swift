import CPCSC
import Model

/// One connection to pcscd. Every call of libpcsclite is made here, and the context is released here.
final class SmartCardContext: @unchecked Sendable {
  // Unchecked because SCARDCONTEXT is a number that never changes after init, and SCardCancel, the one call made from
  // another thread, is documented for exactly that.
  private let handle: SCARDCONTEXT

  /// Connects to pcscd.
  /// - Throws: the error of libpcsclite, when pcscd does not run or refuses.
  init() throws(SmartCardError) {
    var handle = SCARDCONTEXT()
    let result = SCardEstablishContext(DWORD(SCARD_SCOPE_SYSTEM), nil, nil, &handle)
    guard result == SCARD_S_SUCCESS else { throw SmartCardError(result) }
    self.handle = handle
  }

  deinit { SCardReleaseContext(handle) }

  /// Makes a waiting `waitForChange` of another thread return.
  func cancel() { SCardCancel(handle) }

  /// The names of the readers that pcscd has now.
  func readers() throws(SmartCardError) -> [String] {
    var count = DWORD(0)
    var result = SCardListReaders(handle, nil, nil, &count)
    var names = [CChar](repeating: 0, count: Int(count) + 1)
    if result == SCARD_S_SUCCESS { result = SCardListReaders(handle, nil, &names, &count) }
    let error = SmartCardError(result)
    if error.code == SmartCardError.noReaders { return [] }
    guard result == SCARD_S_SUCCESS else { throw error }
    return names.prefix(Int(count)).split(separator: 0).map {
      String(decoding: $0.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }

  /// Waits until one of the slots has changed.
  /// - Returns: whether one has; false when the time was up or the wait was cancelled.
  func waitForChange(of slots: [ReaderSlot], milliseconds: Int) throws(SmartCardError) -> Bool {
    var states = slots.map(\.query)
    let result = SCardGetStatusChange(handle, DWORD(milliseconds), &states, DWORD(states.count))
    let error = SmartCardError(result)
    if error.code == SmartCardError.timeout || error.code == SmartCardError.cancelled { return false }
    guard result == SCARD_S_SUCCESS else { throw error }
    for (slot, state) in zip(slots, states) { slot.take(state) }
    return true
  }

  /// Sends one APDU to the card in a reader, shared with other programs, and leaves the card as it is.
  func transmit(_ apdu: [UInt8], to reader: String) throws(SmartCardError) -> [UInt8] {
    var card = SCARDHANDLE()
    var activeProtocol = DWORD(0)
    let connected = SCardConnect(
      handle, reader, DWORD(SCARD_SHARE_SHARED), DWORD(SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1), &card, &activeProtocol)
    guard connected == SCARD_S_SUCCESS else { throw SmartCardError(connected) }
    defer { SCardDisconnect(card, DWORD(SCARD_LEAVE_CARD)) }
    // The longest short answer: 256 bytes and the status word.
    var answer = [UInt8](repeating: 0, count: 258)
    var count = DWORD(answer.count)
    let result = SCardTransmit(
      card, fedow_scard_pci(activeProtocol), apdu, DWORD(apdu.count), nil, &answer, &count)
    guard result == SCARD_S_SUCCESS else { throw SmartCardError(result) }
    return Array(answer.prefix(Int(count)))
  }
}
