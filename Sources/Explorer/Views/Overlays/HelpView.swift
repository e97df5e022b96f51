import Canvas

/// Every key, made from the table of keys; in as many columns as fit, scrolling where it is longer than the screen.
struct HelpView {
  let size: Size
  let glyphs: GlyphSet

  private enum Line {
    case heading(String)
    case entry(keys: String, help: String)
    case gap
  }

  private static let columnWidth = 62
  private static let keyWidth = 20

  func draw(scroll: Int, on canvas: inout Canvas) {
    canvas.draw("All keys", column: 0, row: 0, style: Style(attributes: .bold))
    if !fits {
      canvas.draw(
        "\(Key.up.name(glyphs)) \(Key.down.name(glyphs)) scroll", column: 10, row: 0, style: Style(attributes: .dim),
        glyphs: glyphs)
    }
    let columns = layout
    for (index, lines) in columns.enumerated() {
      let left = index * HelpView.columnWidth
      for (row, line) in lines.dropFirst(min(scroll, longest - room)).prefix(room).enumerated() {
        draw(line, column: left, row: row + 1, width: min(size.columns - left, HelpView.columnWidth - 2), on: &canvas)
      }
    }
  }

  /// The scroll position that a command leads to.
  func scroll(from present: Int, by command: Command) -> Int {
    let last = max(longest - room, 0)
    let target =
      switch command {
      case .moveUp: present - 1
      case .moveDown: present + 1
      case .movePageUp: present - room
      case .movePageDown: present + room
      case .moveFirst: 0
      default: last
      }
    return min(max(target, 0), last)
  }

  private var room: Int { max(size.rows - 2, 1) }
  private var columnCount: Int { max(size.columns / HelpView.columnWidth, 1) }
  private var longest: Int { max(layout.map(\.count).max() ?? 0, room) }
  private var fits: Bool { longest <= room }

  /// The groups, dealt to the columns so that these are about equally long.
  private var layout: [[Line]] {
    let groups = KeyBinding.Group.allCases.map(lines)
    let total = groups.map(\.count).reduce(0, +)
    let target = (total + columnCount - 1) / columnCount
    var columns: [[Line]] = [[]]
    for group in groups {
      if columns.count < columnCount, let last = columns.last, !last.isEmpty, last.count + group.count / 2 > target {
        columns.append([])
      }
      columns[columns.count - 1] += group
    }
    return columns
  }

  private func lines(of group: KeyBinding.Group) -> [Line] {
    var seen: [Key: Command] = [:]
    var entries: [Line] = []
    for binding in KeyBinding.all where binding.group == group {
      // One line speaks for all ten digits.
      if case .replay(.tenth(let tenth)) = binding.command, tenth > 0 { continue }
      // The same key with the same meaning elsewhere is not said twice.
      let keys = binding.keys.filter { seen.updateValue(binding.command, forKey: $0) != binding.command }
      guard !keys.isEmpty else { continue }
      entries.append(.entry(keys: keys.map { $0.name(glyphs) }.joined(separator: " "), help: binding.help))
    }
    if group == .typing { entries += KeyBinding.editing.map { Line.entry(keys: $0.keys, help: $0.help) } }
    if group == .move { entries.append(.entry(keys: "mouse", help: "a click marks a head or a pair, two open it")) }
    return [.heading(group.rawValue)] + entries + [.gap]
  }

  private func draw(_ line: Line, column: Int, row: Int, width: Int, on canvas: inout Canvas) {
    switch line {
    case .gap: break
    case .heading(let text):
      canvas.draw(text, column: column, row: row, style: Style(attributes: [.bold, .underline]), width: width)
    case .entry(let keys, let help):
      let used = canvas.draw(
        keys, column: column, row: row, style: Style(attributes: .bold), width: width, glyphs: glyphs)
      let start = max(used + 1, min(HelpView.keyWidth, width / 2))
      canvas.draw(help, column: column + start, row: row, width: width - start, glyphs: glyphs)
    }
  }
}
