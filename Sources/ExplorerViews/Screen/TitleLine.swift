import Activations
import Canvas
import Explorer

/// The program, the views with their digits, the model, and whether what is done is being saved.
struct TitleLine {
  let state: State
  let appearance: Appearance
  let frame: Frame

  func draw(on canvas: inout Canvas) {
    guard let row = frame.title else { return }
    let signs = Signs(appearance)
    let wordings = rightSide(signs)
    // Tabs stand closer where the model's name would not fit beside them, and give way to a word about saving in any case.
    let rooms = wordings.suffix(2).map { displayWidth(of: $0, glyphs: appearance.glyphs) + 1 }
    let column = drawTabs(row: row, leaving: rooms, on: &canvas)
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

  /// The views with their digits, in the widest way that leaves the first of some rooms, or the next of them; the end of it
  /// in columns.
  private func drawTabs(row: Int, leaving rooms: [Int], on canvas: inout Canvas) -> Int {
    func labels(_ tabs: Tabs) -> [(text: String, isShown: Bool)] {
      ViewID.allCases.enumerated().map { index, view in
        (tabs.label(view, index + 1, isShown: view == state.view), view == state.view)
      }
    }
    func width(_ tabs: Tabs) -> Int { tabs.name.count + labels(tabs).map { $0.text.count + 1 }.reduce(0, +) }
    let choices = rooms.lazy.flatMap { room in Tabs.allCases.dropLast().lazy.map { (tabs: $0, room: room) } }
    let tabs = choices.first { width($0.tabs) + $0.room <= frame.size.columns }?.tabs ?? .digits
    var column = canvas.draw(tabs.name, column: 0, row: row, style: Style(attributes: .bold))
    for label in labels(tabs) {
      column +=
        1
        + canvas.draw(
          label.text, column: column, row: row, style: Style(attributes: label.isShown ? [.reverse, .bold] : []))
    }
    return column
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
