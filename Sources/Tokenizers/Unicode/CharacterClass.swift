import CUTF8Proc

/// What a character counts as. Each class follows the table that Hugging Face's `tokenizers` uses for it, which are of several
/// Unicode versions (see `Tools/generate_unicode_differences`).
struct CharacterClass: OptionSet {
  let rawValue: UInt16

  /// Control, format and private use (Cc, Cf, Co of Unicode 8.0, but not tab, line feed, carriage return): removed by BERT.
  static let other = CharacterClass(rawValue: 1)
  /// Nonspacing mark (Mn of Unicode 8.0): removed by BERT's accent stripping, after decomposition.
  static let nonspacingMark = CharacterClass(rawValue: 1 << 1)
  /// Any mark (M of Unicode 9.0): removed by StripAccents.
  static let mark = CharacterClass(rawValue: 1 << 2)
  /// ASCII punctuation, or P of Unicode 8.0.
  static let punctuation = CharacterClass(rawValue: 1 << 3)
  /// N of Unicode 17.
  static let numeric = CharacterClass(rawValue: 1 << 4)
  /// `\w` of Rust's regular expressions (Unicode 16).
  static let word = CharacterClass(rawValue: 1 << 5)
  /// `\p{L}` of Oniguruma (Unicode 16).
  static let letter = CharacterClass(rawValue: 1 << 6)
  /// `\p{N}` of Oniguruma (Unicode 16).
  static let number = CharacterClass(rawValue: 1 << 7)
  /// Newer than Unicode 9.0: normalization leaves it as it is and gives it combining class 0.
  static let inert = CharacterClass(rawValue: 1 << 8)
  /// White_Space. The property no longer changes.
  static let whitespace = CharacterClass(rawValue: 1 << 9)
}

/// The classes of every character: those that follow from utf8proc's general categories, except where a table that Hugging
/// Face uses differs.
struct CharacterClasses: Sendable {
  static let shared = CharacterClasses()

  private let ascii: [CharacterClass]
  private let ofCategory: [CharacterClass]
  /// Whether a block of 256 code points has any differences; one bit a block.
  private let blocksWithDifferences: [UInt64]

  private init() {
    let bases = (0..<32).map { Self.base(ofCategory: utf8proc_category_t(rawValue: $0)) }
    ofCategory = bases
    ascii = (0..<128).map { Self.ofASCII($0, base: bases[Int(utf8proc_get_property(Int32($0)).pointee.category)]) }
    var blocks = [UInt64](repeating: 0, count: (0x110000 >> 8) / 64)
    let differences = UnicodeDifferences.classes
    for row in stride(from: 0, to: differences.count, by: 3) {
      for block in Int(differences[row] >> 8)...Int(differences[row + 1] >> 8) {
        blocks[block / 64] |= 1 << (block % 64)
      }
    }
    blocksWithDifferences = blocks
  }

  @inline(__always)
  subscript(_ scalar: UInt32) -> CharacterClass {
    scalar < 0x80 ? ascii[Int(scalar)] : ofNonASCII(scalar)
  }

  private func ofNonASCII(_ scalar: UInt32) -> CharacterClass {
    guard scalar <= 0x10FFFF else { return [] }
    let space: CharacterClass = isWhitespace(scalar) ? .whitespace : []
    let block = Int(scalar >> 8)
    if blocksWithDifferences[block / 64] >> (block % 64) & 1 == 1, let listed = Self.difference(scalar) {
      return listed.union(space)
    }
    let base = ofCategory[Int(utf8proc_get_property(Int32(bitPattern: scalar)).pointee.category) & 31]
    // The zero-width joiners are joined to words.
    return base.union(space).union(scalar & ~1 == 0x200C ? .word : [])
  }

  private static func difference(_ scalar: UInt32) -> CharacterClass? {
    let rows = UnicodeDifferences.classes
    var low = 0
    var high = rows.count / 3
    while low < high {
      let middle = (low + high) / 2
      if rows[middle * 3 + 1] < scalar {
        low = middle + 1
      } else {
        high = middle
      }
    }
    guard low < rows.count / 3, rows[low * 3] <= scalar else { return nil }
    return CharacterClass(rawValue: UInt16(truncatingIfNeeded: rows[low * 3 + 2]))
  }

  private static func base(ofCategory category: utf8proc_category_t) -> CharacterClass {
    switch category {
    case UTF8PROC_CATEGORY_CC, UTF8PROC_CATEGORY_CF, UTF8PROC_CATEGORY_CO: .other
    case UTF8PROC_CATEGORY_LU, UTF8PROC_CATEGORY_LL, UTF8PROC_CATEGORY_LT, UTF8PROC_CATEGORY_LM, UTF8PROC_CATEGORY_LO:
      [.letter, .word]
    case UTF8PROC_CATEGORY_MN: [.nonspacingMark, .mark, .word]
    case UTF8PROC_CATEGORY_MC, UTF8PROC_CATEGORY_ME: [.mark, .word]
    case UTF8PROC_CATEGORY_ND, UTF8PROC_CATEGORY_NL: [.numeric, .number, .word]
    case UTF8PROC_CATEGORY_NO: [.numeric, .number]
    case UTF8PROC_CATEGORY_PC: [.punctuation, .word]
    case UTF8PROC_CATEGORY_PD, UTF8PROC_CATEGORY_PS, UTF8PROC_CATEGORY_PE, UTF8PROC_CATEGORY_PI, UTF8PROC_CATEGORY_PF,
      UTF8PROC_CATEGORY_PO:
      .punctuation
    default: []
    }
  }

  private static func ofASCII(_ code: UInt8, base: CharacterClass) -> CharacterClass {
    switch code {
    case 0x09, 0x0A, 0x0D: .whitespace
    case 0x0B, 0x0C: [.other, .whitespace]
    case 0x20: .whitespace
    // ASCII's symbols count as punctuation.
    case UInt8(ascii: "$"), UInt8(ascii: "+"), UInt8(ascii: "<")...UInt8(ascii: ">"), UInt8(ascii: "^"),
      UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
      .punctuation
    default: base
    }
  }
}

/// Whether a character outside ASCII has the property White_Space.
@inline(__always)
private func isWhitespace(_ scalar: UInt32) -> Bool {
  switch scalar {
  case 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
  default: false
  }
}
