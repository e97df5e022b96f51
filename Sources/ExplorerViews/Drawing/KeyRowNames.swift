import Canvas
import Explorer
import UserInput

extension KeyRow {
  /// The names of the keys, each as `dressed` has it; a series of digits by its first and its last.
  func names(_ glyphs: GlyphSet, dressed: (String) -> String = { $0 }) -> String {
    keys.names(glyphs, dressed: dressed)
  }
}

extension [Key] {
  /// The names of keys, each as `dressed` has it; a series of digits by its first and its last.
  func names(_ glyphs: GlyphSet, dressed: (String) -> String = { $0 }) -> String {
    let names = map { $0.name(glyphs) }
    guard names.count > 3, names.allSatisfy({ $0.count == 1 && $0 >= "0" && $0 <= "9" }), let first = names.first,
      let last = names.last
    else { return names.map(dressed).joined(separator: " ") }
    return dressed(first) + "-" + dressed(last)
  }
}
