import Activations
import Canvas
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// What was to be seen at a moment: all that the screen depends on, but for what belongs to the moment itself, such as a
/// word on a key that does nothing.
struct Sight {
  let state: State

  init(_ state: State, keepingNotice: Bool = false) {
    var state = state
    let notice = keepingNotice ? state.notice : nil
    state.recording = .off
    (state.playback, state.lesson, state.entry, state.browser, state.notice) = (nil, nil, nil, nil, notice)
    self.state = state
  }

  /// How this differs from another one; nil where it does not.
  func difference(from other: Sight) -> String? {
    let (a, b) = (state, other.state)
    var (sceneA, sceneB) = (a.scene, b.scene)
    // Where nothing was refused, the words are those of the last action; they are compared where they are recorded.
    (sceneA.notice, sceneB.notice) = (nil, nil)
    if sceneA != sceneB { return "scenes: " + Sight.describe(sceneA, sceneB) }
    if a.loadedModel != b.loadedModel { return "models: \(a.loadedModel) / \(b.loadedModel)" }
    if a.word != b.word { return "words on the model: \(a.word ?? "none") / \(b.word ?? "none")" }
    if a.failures != b.failures { return "failures: \(a.failures) / \(b.failures)" }
    for slot in Slot.allCases where Sight.identity(a.results[slot]) != Sight.identity(b.results[slot]) {
      return "results \(slot): \(Sight.words(a.results[slot])) / \(Sight.words(b.results[slot]))"
    }
    let found = (Set(a.presentFindings), Set(b.presentFindings))
    if found.0 != found.1 { return "findings: \(found.0.symmetricDifference(found.1))" }
    if case .models = a.overlay, a.models != b.models { return "lists of models" }
    return nil
  }

  /// What keeps everything from being at rest, though nothing is under way any more.
  static func unrest(of state: State) -> String? {
    if let model = state.loadingModel { return "the model \(model) is waited for" }
    if state.isComputing { return "a computation is waited for" }
    if state.failure == nil, state.encoding == nil { return "nothing was computed" }
    for (slot, asked) in state.asked
    where state.failures[slot] == nil && state.results[slot]?.id != asked.id { return "\(slot) is waited for" }
    for analysis in state.askedAnalyses.keys where state.findings(analysis) == nil && state.sources(of: analysis) != nil
    {
      return "\(analysis) is waited for"
    }
    if case .models = state.overlay, state.models.isEmpty { return "models are looked for" }
    return nil
  }

  /// The first line of the screen that is another one; nil where none is.
  func differenceOnScreen(from other: Sight) -> String? {
    let (mine, theirs) = (canvas, other.canvas)
    guard mine != theirs else { return nil }
    for row in 0..<mine.size.rows where mine.text(row: row) != theirs.text(row: row) {
      return "line \(row): \(mine.text(row: row)) / \(theirs.text(row: row))"
    }
    return "colours differ"
  }

  /// The whole screen.
  var canvas: Canvas {
    var state = state
    state.recording = .picture
    // The first words of the program are for who has not done anything yet; a replay has none.
    state.isFresh = false
    return draw(
      state, appearance: Appearance(depth: .truecolor, glyphs: .unicode, scales: [.grey]),
      size: Size(columns: 80, rows: 24))
  }

  private static func identity(_ computation: Computation?) -> ObjectIdentifier? {
    computation.map { ObjectIdentifier($0.thumbnails) }
  }

  private static func words(_ computation: Computation?) -> String {
    computation.map { "\($0.encoding.request)" } ?? "none"
  }

  /// What two scenes do not share.
  private static func describe(_ a: Scene, _ b: Scene) -> String {
    if a.past.count != b.past.count { return "past \(a.past.count) / \(b.past.count)" }
    var (textA, textB) = ("", "")
    dump(a, to: &textA)
    dump(b, to: &textB)
    let lines = (textA.split(separator: "\n"), textB.split(separator: "\n"))
    let different = zip(lines.0, lines.1).filter { $0 != $1 }.prefix(4)
    return different.map { "\($0) / \($1)" }.joined(separator: "; ")
  }
}

extension State {
  fileprivate var presentFindings: [Analysis] { findings.keys.filter { findings($0) != nil } }
}
