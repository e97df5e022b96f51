import Activations
import Canvas
import Explorer
import UserInput

/// What is known of the model that is loaded, and below it the ones that could be: those of the models folders, those of
/// the Hugging Face cache, and those that are only partly downloaded.
struct ModelsView {
  let state: State
  let appearance: Appearance
  let marked: Int
  let size: Size

  private enum Line {
    case heading(String)
    case choice(index: Int)
  }

  private static let labelWidth = 12

  func draw(on canvas: inout Canvas) {
    let glyphs = appearance.glyphs
    let title = canvas.draw("Models", column: 0, row: 0, style: Style(attributes: .bold))
    canvas.draw(
      Words.fitting(
        ["more of them: headscope models pull ORG/NAME in a shell", "more: headscope models pull ORG/NAME", ""],
        in: max(size.columns - title - 2, 0), glyphs: glyphs), column: title + 2, row: 0,
      style: Style(attributes: .dim),
      glyphs: glyphs)
    var row = 1
    for (label, value) in facts.prefix(shownFacts) {
      canvas.draw(label, column: 2, row: row, style: Style(attributes: .dim), glyphs: glyphs)
      let room = size.columns - 2 - Self.labelWidth
      canvas.draw(
        Words.cut(value, to: room, glyphs: glyphs), column: 2 + Self.labelWidth, row: row,
        style: Style(attributes: label == "loaded" ? .bold : []), glyphs: glyphs)
      row += 1
    }
    row = top
    guard !state.models.isEmpty else {
      canvas.draw(
        "looking for models" + Signs(appearance).ellipsis, column: 2, row: row, style: Style(attributes: .dim),
        glyphs: glyphs)
      return
    }
    drawChoices(on: &canvas)
    if state.models.indices.contains(marked) {
      let model = state.models[marked]
      let text = Words.cut(model.obstacle ?? "lies in \(model.place)", to: size.columns - 2, glyphs: glyphs)
      canvas.draw(text, column: 2, row: end, style: Style(attributes: .dim), glyphs: glyphs)
    }
  }

  /// The last two rows are for where the marked one lies, and for the keys; the list has at least three.
  private var end: Int { size.rows - 2 }
  private var shownFacts: Int { min(facts.count, max(end - 4, 0)) }
  /// The first row of the list.
  private var top: Int { 1 + shownFacts + (1 + shownFacts < end - 3 ? 1 : 0) }

  /// The lines of the list that are on the screen.
  private func shown(_ lines: [Line]) -> Range<Int> {
    let place = lines.firstIndex { if case .choice(marked) = $0 { true } else { false } } ?? 0
    return GridLayout.visible(count: lines.count, around: place, room: max(end - top, 1))
  }

  /// Which model lies at a point.
  func model(at point: Point) -> Int? {
    let lines = lines
    let shown = shown(lines)
    let line = shown.lowerBound + point.row - top
    guard shown.contains(line), case .choice(let index) = lines[line] else { return nil }
    return index
  }

  private func drawChoices(on canvas: inout Canvas) {
    let glyphs = appearance.glyphs
    let marker = Signs(appearance).marker
    let names = state.models.map { displayWidth(of: visible($0.name, glyphs: glyphs), glyphs: glyphs) }
    let nameWidth = min(names.max() ?? 0, max(size.columns / 2, 12))
    let lines = self.lines
    var row = top
    for index in shown(lines) {
      switch lines[index] {
      case .heading(let text):
        canvas.draw(Words.cut(text, to: size.columns, glyphs: glyphs), column: 0, row: row, glyphs: glyphs)
      case .choice(let choice):
        let model = state.models[choice]
        let isMarked = choice == marked
        let style = Style(attributes: isMarked ? [.bold, .reverse] : model.obstacle == nil ? [] : .dim)
        let name = Words.cut(model.name, to: nameWidth, glyphs: glyphs)
        let gap = String(repeating: " ", count: nameWidth - displayWidth(of: name, glyphs: glyphs) + 2)
        let text = "\(isMarked ? marker : " ") \(name)\(gap)\(visible(model.summary, glyphs: glyphs))"
        canvas.draw(
          Words.cut(text, to: size.columns, glyphs: glyphs), column: 0, row: row, style: style, glyphs: glyphs)
      }
      row += 1
    }
  }

  /// The choices under headings that say what kind of place they are in.
  private var lines: [Line] {
    var lines: [Line] = []
    for (index, model) in state.models.enumerated() {
      if index == 0 || state.models[index - 1].origin != model.origin { lines.append(.heading(model.origin.title)) }
      lines.append(.choice(index: index))
    }
    return lines
  }

  private var facts: [(label: String, value: String)] {
    let model = state.model
    var facts = [
      (
        "loaded",
        "\(model.name), of the family \(model.family)" + (model.task.map { ", trained for \($0)" } ?? "")
      ),
      (
        "sizes",
        "\(Words.count(model.layers, "layer")) of \(Words.count(model.heads, "head")) of size \(model.headSize), "
          + (model.keyValueHeads < model.heads ? "\(model.keyValueHeads) of keys and values, " : "")
          + "hidden \(model.hiddenSize), feed-forward \(model.intermediateSize)"
      ),
      (
        "input",
        "up to \(model.maximumPositions) tokens"
          + (model.sentenceLength.map { " (sentence-transformers uses the first \($0))" } ?? "")
          + ", \(model.vocabularySize) embeddings, "
          + Words.count(model.tokenTypes, "token type")
      ),
      (
        "parameters",
        "\(Words.fixed(Double(model.parameters) / 1e6, 1)) M, stored as \(model.storedType), "
          + "\(Words.fixed(Double(model.fileBytes) / 1e6, 1)) MB of files"
      ),
      ("ignored", model.ignoredTensors.isEmpty ? "nothing" : listed(model.ignoredTensors)),
    ]
    if let first = model.damagedTensors.first {
      let rest = model.damagedTensors.count - 1
      facts.append(("damaged", first + (rest > 0 ? " and \(rest) more" : "")))
    }
    if let base = model.base { facts.insert(("adapter", "of \(base.name): Compare shows all heads of both"), at: 1) }
    for note in model.notes { facts.append(("note", note)) }
    for note in model.predictionNotes { facts.append(("[MASK]", note)) }
    // All files of a model lie in one folder.
    let paths = model.files.map { $0.split(separator: "/", omittingEmptySubsequences: false) }
    if let path = paths.first {
      facts.append(("folder", path.dropLast().joined(separator: "/")))
      facts.append(("files", listed(paths.map { String($0.last ?? "") })))
    }
    return facts
  }

  /// As many names as there is room for, and how many more there are.
  private func listed(_ names: [String]) -> String {
    let room = size.columns - 2 - Self.labelWidth - " and 9999 more".count
    var (text, count) = ("", 0)
    for name in names {
      let longer = text.isEmpty ? name : text + ", " + name
      guard text.isEmpty || displayWidth(of: longer, glyphs: appearance.glyphs) <= room else { break }
      (text, count) = (longer, count + 1)
    }
    return count < names.count ? text + " and \(names.count - count) more" : text
  }
}
