import Activations
import Canvas

/// The model that is loaded, and the ones that could be.
struct ModelsView {
  let state: State
  let appearance: Appearance
  let marked: Int
  let size: Size

  func draw(on canvas: inout Canvas) {
    let glyphs = appearance.glyphs
    let signs = Signs(appearance)
    canvas.draw("Models", column: 0, row: 0, style: Style(attributes: .bold))
    var row = 1
    for line in facts(signs) where row < size.rows - 3 {
      canvas.draw(Words.cut(line, to: size.columns - 2, glyphs: glyphs), column: 2, row: row, glyphs: glyphs)
      row += 1
    }
    if row < size.rows - 3 { row += 1 }
    let room = max(size.rows - 1 - row, 1)
    guard !state.models.isEmpty else {
      canvas.draw(
        "looking for models" + signs.ellipsis, column: 2, row: row, style: Style(attributes: .dim), glyphs: glyphs)
      return
    }
    for index in GridLayout.visible(count: state.models.count, around: marked, room: room) {
      let model = state.models[index]
      let isMarked = index == marked
      let text = "\(isMarked ? signs.marker : " ") \(model.name)  \(model.obstacle ?? model.place)"
      canvas.draw(
        Words.cut(text, to: size.columns, glyphs: glyphs), column: 0, row: row,
        style: Style(attributes: isMarked ? [.bold, .reverse] : model.obstacle == nil ? [] : .dim), glyphs: glyphs)
      row += 1
    }
  }

  private func facts(_ signs: Signs) -> [String] {
    let model = state.model
    var facts = [
      "\(model.name): \(model.family), \(Words.count(model.layers, "layer")), \(Words.count(model.heads, "head")) a layer",
      "hidden \(model.hiddenSize), head size \(model.headSize), feed-forward \(model.intermediateSize), "
        + "vocabulary \(model.vocabularySize), up to \(model.maximumPositions) tokens",
      "\(Words.fixed(Double(model.parameters) / 1e6, 1)) M parameters stored as \(model.storedType), "
        + "\(Words.fixed(Double(model.fileBytes) / 1_048_576, 1)) MiB",
    ]
    if !model.ignoredTensors.isEmpty {
      facts.append(
        "not used: " + model.ignoredTensors.prefix(3).joined(separator: ", ")
          + (model.ignoredTensors.count > 3 ? " and \(model.ignoredTensors.count - 3) more" : ""))
    }
    if let file = model.files.first { facts.append(file) }
    return facts
  }
}
