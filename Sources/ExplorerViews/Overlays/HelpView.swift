import Canvas
import Explorer
import UserInput

/// Every key, made from the table of keys; in as many columns as fit, scrolling where it is longer than the screen.
struct HelpView {
  let size: Size
  let glyphs: GlyphSet
  private let columns: [[Line]]
  private let columnWidth: Int
  private let keyWidth: Int

  private enum Line {
    case heading(String)
    /// The keys are empty where the help of the line above goes on.
    case entry(keys: String, help: String)
    case gap
  }

  private static let narrowestColumn = 50
  private static let widestKeys = 14
  private static let gapWidth = 2

  /// - Parameter first: the group that comes before all others.
  init(size: Size, glyphs: GlyphSet, first: KeyBinding.Group? = nil) {
    self.size = size
    self.glyphs = glyphs
    let count = max((size.columns + HelpView.gapWidth) / HelpView.narrowestColumn, 1)
    let width = (size.columns + HelpView.gapWidth) / count
    let keyWidth = min(HelpView.widestKeys, width / 2)
    columnWidth = width
    self.keyWidth = keyWidth
    let all = KeyBinding.Group.allCases
    let groups = (all.filter { $0 == first } + all.filter { $0 != first }).map {
      HelpView.lines(
        of: $0, keyWidth: keyWidth, helpWidth: max(width - HelpView.gapWidth - keyWidth, 1), glyphs: glyphs)
    }
    columns = HelpView.dealt(groups, to: count)
  }

  func draw(scroll: Int, on canvas: inout Canvas) {
    canvas.draw("All keys", column: 0, row: 0, style: Style(attributes: .bold))
    let first = min(scroll, longest - room)
    if longest > room {
      let keys = "\(Key.up.name(glyphs)) \(Key.down.name(glyphs)) PgUp PgDn scroll"
      canvas.draw(
        "\(keys), lines \(first + 1) to \(first + room) of \(longest)", column: 10, row: 0,
        style: Style(attributes: .dim), width: size.columns - 10, glyphs: glyphs)
    }
    for (index, lines) in columns.enumerated() {
      let left = index * columnWidth
      for (row, line) in lines.dropFirst(first).prefix(room).enumerated() {
        draw(
          line, column: left, row: row + 1, width: min(size.columns - left, columnWidth - HelpView.gapWidth),
          on: &canvas)
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
  private var longest: Int { max(columns.map(\.count).max() ?? 0, room) }

  /// The groups, dealt to columns so that these are about equally long.
  private static func dealt(_ groups: [[Line]], to count: Int) -> [[Line]] {
    let total = groups.map(\.count).reduce(0, +)
    let target = (total + count - 1) / count
    var columns: [[Line]] = [[]]
    for group in groups {
      if columns.count < count, let last = columns.last, !last.isEmpty, last.count + group.count / 2 > target {
        columns.append([])
      }
      columns[columns.count - 1] += group
    }
    return columns
  }

  private static func lines(
    of group: KeyBinding.Group, keyWidth: Int, helpWidth: Int, glyphs: GlyphSet
  ) -> [Line] {
    var entries = KeyRow.rows(of: group).map { (keys: $0.names(glyphs), help: $0.help) }
    if group == .typing { entries += KeyBinding.editing }
    if group == .move { entries.append(("mouse", KeyBinding.mouse)) }
    return [.heading(group.rawValue)]
      + entries.flatMap { entry in
        // Long names of keys have a line of their own.
        let isLong = displayWidth(of: entry.keys, glyphs: glyphs) >= keyWidth
        let help = Words.wrapped(entry.help, to: helpWidth, glyphs: glyphs)
        let lines = help.enumerated().map { index, line in
          Line.entry(keys: index == 0 && !isLong ? entry.keys : "", help: line)
        }
        return isLong ? [Line.entry(keys: entry.keys, help: "")] + lines : lines
      } + [.gap]
  }

  private func draw(_ line: Line, column: Int, row: Int, width: Int, on canvas: inout Canvas) {
    switch line {
    case .gap: break
    case .heading(let text):
      canvas.draw(text, column: column, row: row, style: Style(attributes: [.bold, .underline]), width: width)
    case .entry(let keys, let help):
      canvas.draw(keys, column: column, row: row, style: Style(attributes: .bold), width: width, glyphs: glyphs)
      canvas.draw(
        help, column: column + keyWidth, row: row, width: max(width - keyWidth, 0), glyphs: glyphs)
    }
  }
}
