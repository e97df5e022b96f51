import UserInput

/// A line of a list of keys: the help screen's, and that of `docs/keys.md`.
package struct KeyRow {
  package var keys: [Key]
  package let help: String
  var contexts: Set<KeyContext>

  /// The lines of a group. A key with the same meaning elsewhere is not said twice, and keys with one meaning for all of
  /// them, as the digits have, stand in one line.
  package static func rows(of group: KeyBinding.Group) -> [KeyRow] {
    var seen: [Key: Command] = [:]
    var rows: [KeyRow] = []
    for binding in KeyBinding.all where binding.group == group {
      if let same = rows.firstIndex(where: { $0.keys == binding.keys && $0.help == binding.help }) {
        rows[same].contexts.formUnion(binding.contexts)
        continue
      }
      let keys = binding.keys.filter { seen.updateValue(binding.command, forKey: $0) != binding.command }
      guard !keys.isEmpty else { continue }
      if let last = rows.last, last.help == binding.help, last.contexts == binding.contexts {
        rows[rows.count - 1].keys += keys
      } else {
        rows.append(KeyRow(keys: keys, help: binding.help, contexts: binding.contexts))
      }
    }
    return rows
  }
}
