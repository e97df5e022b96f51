import CUTF8Proc

/// Composes what `Decomposition` gives, by the algorithm of UAX #15, and adds up the changes as Hugging Face's normalization
/// does: two characters that become one have together one change less.
struct Composition {
  typealias Item = (scalar: UInt32, change: Int)

  /// Whether characters count that are newer than the tables that Hugging Face uses.
  private let knowsNewCharacters: Bool
  /// The starter that later characters may be composed with.
  private var composee: Item?
  /// Marks after the starter that are not composed with it.
  private var marks: [Item] = []
  private var lastClass: UInt8?

  init(knowsNewCharacters: Bool = false) { self.knowsNewCharacters = knowsNewCharacters }

  mutating func take(_ item: Decomposition.Item, emit: (Item) -> Void) {
    let next: Item = (item.scalar, Int(item.change))
    guard let starter = composee else {
      if item.combiningClass == 0 {
        composee = next
      } else {
        emit(next)
      }
      return
    }
    // A mark with a class not lower than this one's stands in between.
    let isBlocked = lastClass.map { $0 >= item.combiningClass } ?? false
    if !isBlocked, let composed = compose(starter.scalar, item.scalar) {
      composee = (composed, starter.change + next.change - 1)
    } else if item.combiningClass == 0 {
      finish(emit: emit)
      composee = next
    } else {
      marks.append(next)
      lastClass = item.combiningClass
    }
  }

  /// Calls `emit` for everything that is still pending.
  mutating func finish(emit: (Item) -> Void) {
    if let composee { emit(composee) }
    for mark in marks { emit(mark) }
    composee = nil
    marks.removeAll(keepingCapacity: true)
    lastClass = nil
  }

  /// The character that two make, if there is one.
  func compose(_ first: UInt32, _ second: UInt32) -> UInt32? {
    // utf8proc takes U+11A7, the vowel before the first final consonant of Hangul, for a final consonant and loses it.
    if second < 0x300 || second == 0x11A7 { return nil }
    var pair = (Int32(bitPattern: first), Int32(bitPattern: second))
    let options = utf8proc_option_t(rawValue: UTF8PROC_STABLE.rawValue | UTF8PROC_COMPOSE.rawValue)
    let count = withUnsafeMutableBytes(of: &pair) { raw in
      utf8proc_normalize_utf32(raw.bindMemory(to: Int32.self).baseAddress, 2, options)
    }
    let composed = UInt32(bitPattern: pair.0)
    guard count == 1, knowsNewCharacters || !CharacterClasses.shared[composed].contains(.inert) else { return nil }
    return composed
  }
}
