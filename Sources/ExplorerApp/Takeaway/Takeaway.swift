import Canvas
import Explorer
import ExplorerViews
import Exporting
import Pictures
import Support
import UserInput

/// What is on the screen as a file: the picture, or the numbers of the view.
package struct Takeaway: Sendable {
  /// What it is to be called, as it was typed. The ending says what is written.
  let name: String
  let canvas: Canvas
  let numbers: ViewNumbers?
  let title: String

  /// The picture is the whole screen with all colours and signs, without the hints for keys.
  ///
  /// - Parameter scales: the colour scales that there are.
  package init(of state: State, as name: String, scales: [ColorScale], size: Size) {
    self.name = name
    var appearance = Appearance(depth: .truecolor, glyphs: .unicode, scales: scales)
    if PictureFormat(fileName: name)?.isText == true { appearance.depth = .none }
    let whole = draw(state, appearance: appearance, size: size)
    var canvas = Canvas(size: Size(columns: size.columns, rows: max(size.rows - 1, 1)))
    for row in 0..<canvas.size.rows {
      for column in 0..<canvas.size.columns { canvas[column, row] = whole[column, row] }
    }
    self.canvas = canvas
    numbers = state.numbersOfView
    title = "\(state.view.title), \(state.name(of: state.head))"
  }

  /// Writes it. A file that is there already stays: the new one gets a number.
  ///
  /// - Returns: the path of the file.
  /// - Throws: why nothing was written, in one line.
  package func write() throws -> String {
    let ending = name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() } ?? ""
    let path = freePath
    if let format = NumberTable.Format(rawValue: ending) {
      guard let numbers else { throw TakeawayError("this view has no numbers to save; .svg saves the picture") }
      try NumberTable(axes: numbers.axes, rows: numbers.rows, columns: numbers.columns, values: numbers.values).write(
        to: path, as: format)
    } else if let format = PictureFormat(fileName: name) {
      let file = try OutputFile(.path(path), randomAccess: false)
      try file.append(format.text(canvas, theme: nil, depth: .truecolor, title: title))
      try file.finish()
    } else {
      throw TakeawayError(
        "the ending says what is saved: .svg, .html, .ansi or .txt the picture, .csv or .npz its numbers")
    }
    return Files.resolved(path) ?? path
  }

  /// The name as it was typed, or the first with a number that no file has.
  private var freePath: String {
    guard Files.resolved(name) != nil, let dot = name.lastIndex(of: ".") else { return name }
    return (2...9999).lazy.map { "\(name[..<dot])-\($0)\(name[dot...])" }.first { Files.resolved($0) == nil } ?? name
  }
}

/// Why nothing was saved.
struct TakeawayError: TextualError {
  let text: MessageText

  init(_ text: MessageText) { self.text = text }
}
