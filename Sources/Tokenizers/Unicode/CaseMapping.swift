import CUTF8Proc

enum CaseMapping {
  /// Calls `body` with the characters of the lower case of `scalar`, as Rust's `char::to_lowercase` gives them.
  @inline(__always)
  static func lowercase(_ scalar: UInt32, _ body: (UInt32) -> Void) {
    if scalar < 0x80 {
      body(scalar &- 0x41 < 26 ? scalar | 0x20 : scalar)
    } else if scalar == 0x130 {
      // İ, the only letter whose lower case has two characters.
      body(0x69)
      body(0x307)
    } else {
      body(ofNonASCII(scalar))
    }
  }

  private static func ofNonASCII(_ scalar: UInt32) -> UInt32 {
    let lower = UInt32(bitPattern: utf8proc_tolower(Int32(bitPattern: scalar)))
    guard lower == scalar, scalar >= 0x1C89 else { return lower }
    // Letters that the installed utf8proc may be too old for.
    let rows = UnicodeDifferences.lowercase
    for row in stride(from: 0, to: rows.count, by: 3) where rows[row] <= scalar && scalar <= rows[row + 1] {
      return UInt32(bitPattern: Int32(bitPattern: scalar) + rows[row + 2])
    }
    return scalar
  }
}
