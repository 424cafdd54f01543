import Model

extension TagUID {
  /// The 8 upper-case hexadecimal digits that the Fedow protocol knows this card by (`first_tag_id`).
  ///
  /// A 4-byte UID is its own. A longer one does not fit: its alias is the first 4 bytes of its SHA-256, which is the same
  /// at every kiosk and does not collide systematically, as the first 4 bytes themselves would (a manufacturer's code).
  public var firstTagID: String {
    bytes.count == 4 ? description : Hexadecimal.encode(SHA256.hash(bytes).prefix(4), uppercase: true)
  }
}
