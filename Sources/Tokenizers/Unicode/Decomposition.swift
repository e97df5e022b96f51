import CUTF8Proc

/// Which of the four normalization forms of Unicode (UAX #15).
enum NormalizationForm {
  case nfc, nfd, nfkc, nfkd

  var isCompatibility: Bool { self == .nfkc || self == .nfkd }
  var composes: Bool { self == .nfc || self == .nfkc }
}

/// Decomposes characters one after the other and puts their marks in canonical order.
///
/// Each character that comes out carries the change that Hugging Face's normalization gives it: 0 for the first character
/// of a decomposition, 1 for the others.
struct Decomposition {
  struct Item {
    var scalar: UInt32
    var combiningClass: UInt8
    var change: Int8
  }

  private let isCompatibility: Bool
  /// Whether characters count that are newer than the tables that Hugging Face uses.
  private let knowsNewCharacters: Bool
  /// Room for one decomposition; the longest, of U+FDFA, has 18 characters.
  private var decomposed = [UInt32](repeating: 0, count: 32)
  /// A starter and the marks after it, still to be sorted.
  private var pending: [Item] = []

  init(isCompatibility: Bool, knowsNewCharacters: Bool = false) {
    self.isCompatibility = isCompatibility
    self.knowsNewCharacters = knowsNewCharacters
  }

  /// Whether a character neither decomposes nor moves because it is too new.
  private func isInert(_ scalar: UInt32) -> Bool {
    !knowsNewCharacters && CharacterClasses.shared[scalar].contains(.inert)
  }

  /// Takes the next character and calls `emit` for those that can no longer change places.
  mutating func take(_ scalar: UInt32, emit: (Item) -> Void) {
    let count = decompose(scalar)
    for index in 0..<count {
      let combiningClass = combiningClass(decomposed[index])
      if combiningClass == 0, !pending.isEmpty { finish(emit: emit) }
      pending.append(Item(scalar: decomposed[index], combiningClass: combiningClass, change: index == 0 ? 0 : 1))
    }
  }

  /// Calls `emit` for everything that is still pending.
  mutating func finish(emit: (Item) -> Void) {
    sortPending()
    for item in pending { emit(item) }
    pending.removeAll(keepingCapacity: true)
  }

  /// Sorts by combining class and keeps the order within a class.
  private mutating func sortPending() {
    if pending.count <= 32 {
      for index in pending.indices.dropFirst() {
        var place = index
        while place > 0, pending[place - 1].combiningClass > pending[place].combiningClass {
          pending.swapAt(place - 1, place)
          place -= 1
        }
      }
    } else {
      // A text may have any number of marks in a row: one pass for each class.
      let classes = Set(pending.map(\.combiningClass)).sorted()
      pending = classes.flatMap { combiningClass in pending.filter { $0.combiningClass == combiningClass } }
    }
  }

  // MARK: Tables

  /// The canonical combining class; 0 for characters that are too new.
  private func combiningClass(_ scalar: UInt32) -> UInt8 {
    guard scalar >= 0x300 else { return 0 }
    let combiningClass = utf8proc_get_property(Int32(bitPattern: scalar)).pointee.combining_class
    if combiningClass == 0 || isInert(scalar) { return 0 }
    return UInt8(truncatingIfNeeded: combiningClass)
  }

  /// Whether a character neither decomposes nor moves, wherever it stands. Some others do not either.
  static func isFixed(_ scalar: UInt32) -> Bool {
    if scalar < 0xA0 { return true }
    if 0xAC00...0xD7A3 ~= scalar { return false }
    let property = utf8proc_get_property(Int32(bitPattern: scalar)).pointee
    return property.combining_class == 0 && property.decomp_seqindex == UInt16.max
  }

  /// Writes the full decomposition of a character into `decomposed` and gives its length.
  private mutating func decompose(_ scalar: UInt32) -> Int {
    if !Self.isFixed(scalar), !isInert(scalar) {
      let options = UTF8PROC_DECOMPOSE.rawValue | (isCompatibility ? UTF8PROC_COMPAT.rawValue : 0)
      let count = decomposed.withUnsafeMutableBufferPointer { decomposed in
        decomposed.withMemoryRebound(to: Int32.self) {
          utf8proc_decompose_char(
            Int32(bitPattern: scalar), $0.baseAddress, $0.count, utf8proc_option_t(rawValue: options), nil)
        }
      }
      if (1...decomposed.count).contains(count) { return count }
    }
    decomposed[0] = scalar
    return 1
  }
}
