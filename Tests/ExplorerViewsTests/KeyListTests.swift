import Canvas
import Foundation
import TestSupport
import Testing

@testable import Explorer
@testable import ExplorerViews

/// The list of keys in `docs/keys.md` is the table that the program itself works by.
struct KeyListTests {
  @Test func theListOfKeysIsTheTable() throws {
    var text = "# Keys\n\nMade from the table that the keymap, the hints and the help screen (`?`) are made from.\n"
    for group in KeyBinding.Group.allCases {
      let rows = KeyRow.rows(of: group)
      guard !rows.isEmpty else { continue }
      text += "\n## \(group.rawValue)\n\n| keys | what they do | where |\n| --- | --- | --- |\n"
      for row in rows {
        let cells = [row.names(.unicode) { "`\($0)`" }, row.help, place(row.contexts)]
        // A bar would begin another column.
        text += "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
      }
    }
    text += "\n## The line editor\n\n| keys | what they do |\n| --- | --- |\n"
    for row in KeyBinding.editing { text += "| \(row.keys) | \(row.help) |\n" }
    try expectSnapshot(String(text.dropLast()), "../../docs/keys.md")
  }

  private func place(_ contexts: Set<KeyContext>) -> String {
    let views = ViewID.allCases.filter { contexts.contains(.view($0)) }
    if views.count == ViewID.allCases.count { return "every view" }
    return views.isEmpty ? "" : views.map(\.title).joined(separator: ", ")
  }
}
