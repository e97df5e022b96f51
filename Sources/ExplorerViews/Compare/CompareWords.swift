import Activations
import Canvas
import Explorer

/// What A and B are, in a few words: only what tells them from each other.
struct CompareWords {
  let state: State
  let appearance: Appearance
  /// Nil for all heads.
  let heads: (a: HeadIndex, b: HeadIndex)?

  /// From long to short.
  var a: [String] {
    wordings("A", state.comparedBase == nil ? "put aside" : "base", of: state.subject(of: .pictureA), head: heads?.a)
  }
  var b: [String] { wordings("B", "now", of: state.subject(of: .shown), head: heads?.b) }

  private func wordings(_ letter: String, _ what: String, of subject: Subject?, head: HeadIndex?) -> [String] {
    let differences = subject.map(self.differences) ?? []
    let place = head.map { " \(state.shortName(of: $0))" } ?? ""
    let long = differences.isEmpty ? what : differences.joined(separator: ", ")
    let full = differences.isEmpty ? "\(letter)\(place): \(what)" : "\(letter) \(what)\(place): \(long)"
    return [full, "\(letter)\(place): \(long)", "\(letter)\(place)"]
  }

  /// In what the two requests differ, as this one has it.
  private func differences(_ subject: Subject) -> [String] {
    guard let a = state.subject(of: .pictureA), let b = state.subject(of: .shown) else { return [] }
    let request = subject.request
    var words: [String] = []
    if a.model != b.model { words.append(name(of: subject.model)) }
    if a.request.maskMode != b.request.maskMode { words.append("mask \(request.maskMode.rawValue)") }
    if a.request.padTo != b.request.padTo { words.append(request.padTo.map { "pad \($0)" } ?? "pad off") }
    if a.request.padSide != b.request.padSide { words.append("PAD \(request.padSide.rawValue)") }
    if a.request.maskEdits != b.request.maskEdits {
      words.append(request.maskEdits.isEmpty ? "mask not edited" : "mask edited by hand")
    }
    if a.request.replacedTokens != b.request.replacedTokens {
      words.append(request.replacedTokens.isEmpty ? "no [MASK]" : "with [MASK]")
    }
    if a.request.ablations != b.request.ablations {
      words.append(request.ablations.isEmpty ? "all heads on" : Words.count(request.ablations.count, "head") + " off")
    }
    if text(a.request) != text(b.request) { words.append("\"\(visible(text(request), glyphs: appearance.glyphs))\"") }
    return words
  }

  private func name(of model: String) -> String {
    if let base = state.comparedBase {
      return model == base.reference
        ? visible(base.name, glyphs: appearance.glyphs)
        : "with the adapter \(visible(state.model.name, glyphs: appearance.glyphs))"
    }
    guard let learning = state.learning, let step = learning.snapshot else {
      return visible(model, glyphs: appearance.glyphs)
    }
    if model == state.untrainedModel { return "before training" }
    return model == state.shownModel
      ? "after \(Words.count(step, "step")) of training" : visible(model, glyphs: appearance.glyphs)
  }

  private func text(_ request: EncodeRequest) -> String {
    request.texts.indices.contains(request.sentence) ? request.texts[request.sentence] : ""
  }
}
