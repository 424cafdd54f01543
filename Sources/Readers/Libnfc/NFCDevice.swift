import CNFC
import Model

/// One open libnfc device. Every call of libnfc is made here, and device and library are closed here.
///
/// Lives in a worker process only: libnfc can hang, abort and crash.
final class NFCDevice {
  private let context: OpaquePointer
  private let device: OpaquePointer

  /// One card as anticollision showed it.
  struct Target: Hashable {
    let atqa: UInt16
    let sak: UInt8
    let uid: [UInt8]
  }

  /// What one look into the field gave.
  enum Look: Hashable {
    case nothing
    case target(Target)
    case failed(String)
  }

  /// Opens the device as an initiator that gives up at once when no card answers.
  /// - Returns: nil when it does not answer.
  init?(connstring: String) {
    var library: OpaquePointer?
    nfc_init(&library)
    guard let library else { return nil }
    guard let device = nfc_open(library, connstring) else {
      nfc_exit(library)
      return nil
    }
    self.context = library
    self.device = device
    guard nfc_initiator_init(device) >= 0,
      nfc_device_set_property_bool(device, NP_INFINITE_SELECT, false) >= 0,
      // The UID is all that is wanted: no ATS exchange, in which libnfc was seen to crash.
      nfc_device_set_property_bool(device, NP_AUTO_ISO14443_4, false) >= 0
    else { return nil }
  }

  deinit {
    nfc_close(device)
    nfc_exit(context)
  }

  /// Looks for one card of ISO/IEC 14443-3 type A. Never `nfc_initiator_list_passive_targets`, which reports faults as
  /// an empty field, and never `nfc_initiator_poll_target`, which can hang.
  func select() -> Look {
    let modulation = nfc_modulation(nmt: NMT_ISO14443A, nbr: NBR_106)
    var target = nfc_target()
    let count = nfc_initiator_select_passive_target(device, modulation, nil, 0, &target)
    if count == 0 { return .nothing }
    guard count > 0 else { return .failed("libnfc: \(String(cString: nfc_strerror(device)))") }
    let info = target.nti.nai
    let uid = withUnsafeBytes(of: info.abtUid) { Array($0.prefix(min(Int(info.szUidLen), $0.count))) }
    return .target(
      Target(atqa: UInt16(info.abtAtqa.0) << 8 | UInt16(info.abtAtqa.1), sak: info.btSak, uid: uid))
  }

  /// Sends the selected card to sleep, so that the next look finds another one if there is one.
  func halt() -> Bool { nfc_initiator_deselect_target(device) >= 0 }

  /// Takes the field away for a moment: every card forgets what it was told.
  func resetField() -> Bool {
    nfc_device_set_property_bool(device, NP_ACTIVATE_FIELD, false) >= 0
      && nfc_device_set_property_bool(device, NP_ACTIVATE_FIELD, true) >= 0
  }

  /// The connection strings of the devices that libnfc finds by itself.
  static func discover() -> [String] {
    var library: OpaquePointer?
    nfc_init(&library)
    guard let library else { return [] }
    defer { nfc_exit(library) }
    let most = 16
    let length = MemoryLayout<nfc_connstring>.size
    let strings = UnsafeMutablePointer<nfc_connstring>.allocate(capacity: most)
    defer { strings.deallocate() }
    let count = nfc_list_devices(library, strings, most)
    return (0..<count).map { index in
      let bytes = UnsafeRawBufferPointer(start: strings + index, count: length)
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
