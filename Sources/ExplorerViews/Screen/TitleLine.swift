import Activations
import Canvas
import Explorer
import UserInput

/// The program, the views with their digits, the model, and whether what is done is being saved.
struct TitleLine {
  let state: State
  let appearance: Appearance
  let frame: Frame

  func draw(on canvas: inout Canvas) {
    guard let row = frame.title else { return }
    let signs = Signs(appearance)
    let wordings = rightSide(signs)
    let tabs = tabs(leaving: rooms(wordings))
    canvas.draw(tabs.name, column: 0, row: row, style: Style(attributes: .bold))
    var column = 0
    for label in tabs.labels {
      let style = Style(attributes: label.view == state.view ? [.reverse, .bold] : [])
      column = label.column + 1 + canvas.draw(label.text, column: label.column, row: row, style: style)
    }
    let right = Words.fitting(
      wordings, in: max(frame.size.columns - column - 1, 0), glyphs: appearance.glyphs)
    let width = displayWidth(of: right, glyphs: appearance.glyphs)
    let attributes: Style.Attributes = isWarning ? .bold : state.playback == nil ? .dim : []
    canvas.draw(
      right, column: frame.size.columns - width, row: row, style: Style(attributes: attributes),
      glyphs: appearance.glyphs)
  }

  /// How the views are listed, from wide to narrow.
  private enum Tabs: CaseIterable {
    case named, close, withoutName, digits

    func label(_ view: ViewID, _ number: Int, isShown: Bool) -> String {
      switch self {
      case .named: " \(number) \(view.title) "
      case .close, .withoutName: "\(number) \(view.title)"
      case .digits: isShown ? "\(number) \(view.title)" : "\(number)"
      }
    }

    /// What stands before them.
    var name: String {
      switch self {
      case .named, .close: "Headscope  "
      case .withoutName, .digits: ""
      }
    }
  }

  /// The views with their digits, in the widest way that leaves the first of some rooms, or the next of them.
  private func tabs(leaving rooms: [Int]) -> (name: String, labels: [(view: ViewID, text: String, column: Int)]) {
    func labels(_ tabs: Tabs) -> [(view: ViewID, text: String, column: Int)] {
      var column = tabs.name.count
      return ViewID.allCases.enumerated().map { index, view in
        let text = tabs.label(view, index + 1, isShown: view == state.view)
        defer { column += text.count + 1 }
        return (view, text, column)
      }
    }
    func width(_ tabs: Tabs) -> Int { labels(tabs).last.map { $0.column + $0.text.count + 1 } ?? 0 }
    let choices = rooms.lazy.flatMap { room in Tabs.allCases.dropLast().lazy.map { (tabs: $0, room: room) } }
    let tabs = choices.first { width($0.tabs) + $0.room <= frame.size.columns }?.tabs ?? .digits
    return (tabs.name, labels(tabs))
  }

  /// Tabs stand closer where the model's name would not fit beside them, and give way to a word about saving in any case.
  private func rooms(_ wordings: [String]) -> [Int] {
    wordings.suffix(2).map { displayWidth(of: $0, glyphs: appearance.glyphs) + 1 }
  }

  /// Which view's name lies at a point.
  func view(at point: Point) -> ViewID? {
    guard point.row == frame.title else { return nil }
    return tabs(leaving: rooms(rightSide(Signs(appearance)))).labels
      .first { ($0.column..<$0.column + $0.text.count).contains(point.column) }?.view
  }

  /// That what is shown is not the model as it was loaded.
  private var trained: String { state.learning?.snapshot.map { $0 > 0 ? " @ step \($0)" : "" } ?? "" }

  private var isWarning: Bool {
    if case .failed = state.recording { true } else { false }
  }

  /// What is said on the right, from long to short.
  private func rightSide(_ signs: Signs) -> [String] {
    let glyphs = appearance.glyphs
    if let playback = state.playback {
      let word = playback.isLive ? "LIVE" : "REPLAY"
      let title = visible(playback.title, glyphs: glyphs)
      guard let mark = playback.mark.map({ visible($0, glyphs: glyphs) }) else {
        return ["\(word) of \(title)"]
      }
      // Where one is in the lesson says more than which lesson it is.
      let short = playback.isLive ? [word, mark] : [mark]
      return [["\(word) of \(title)", mark], [title, mark], short].map { $0.joined(separator: signs.separator) }
    }
    let name = visible(state.loadingModel.map { "loading \($0)" } ?? state.model.name, glyphs: glyphs) + trained
    let layers = Words.count(state.model.layers, "layer")
    let heads = Words.count(state.model.heads, "head")
    let long = [name, "\(state.model.family) \(layers) \(signs.times) \(heads)"]
    let short = [name, "\(state.model.layers)\(signs.times)\(state.model.heads)"]
    let saved: [String] =
      switch state.recording {
      case .failed(let reason): ["NOT SAVED: " + visible(reason, glyphs: glyphs)]
      case .on: [signs.record + " saved"]
      case .off: ["not recorded"]
      case .picture, .opening: []
      }
    if let lesson = state.lesson {
      let back = "Esc: back to " + visible(lesson, glyphs: glyphs)
      return [saved + [back], [back], ["Esc: back"]].map { $0.joined(separator: signs.separator) }
    }
    return [saved + long, saved + short, saved].map { $0.joined(separator: signs.separator) }
  }
}
