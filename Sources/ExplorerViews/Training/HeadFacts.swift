import Activations
import Canvas
import Explorer
import Insights
import UserInput

/// What was measured on held-out sentences, in words: both numbers of the marked head, how the two go together over all heads, and
/// what the task loses with heads off.
struct HeadFacts {
  let state: State
  let appearance: Appearance

  /// A line each, from long to short.
  var lines: [[String]] { [head, together].compactMap(\.self) }

  func draw(in area: Rect, on canvas: inout Canvas) {
    for (line, wordings) in lines.prefix(area.rows).enumerated() {
      canvas.draw(
        Words.fitting(wordings, in: area.columns, glyphs: appearance.glyphs), column: area.column, row: area.row + line,
        glyphs: appearance.glyphs)
    }
  }

  /// What the task loses with heads off; nil where all are on, and where there is no prediction layer.
  var off: [String]? {
    let heads = state.interventions.ablations.keys.sorted { ($0.layer, $0.head) < ($1.layer, $1.head) }
    guard let first = heads.first, state.learning?.snapshot != nil else { return nil }
    let names = heads.count == 1 ? "\(state.shortName(of: first)) off" : "\(heads.count) heads off"
    guard let found = state.performance else {
      return ["\(names): \(state.noMeasure ?? "measuring" + Signs(appearance).ellipsis)"]
    }
    let (off, on) = (found.off, found.on)
    let accuracies = (Words.fixed(off.accuracy, 2), Words.fixed(on.accuracy, 2))
    let margins = (Words.fixed(off.margin, 2), Words.fixed(on.margin, 2))
    let step = found.step == state.learning?.snapshot ? "" : ", after step \(found.step)"
    return [
      "\(names), on \(state.measuredWords)\(step): accuracy \(accuracies.0) (all on: \(accuracies.1)), margin of the right label "
        + "\(margins.0) (\(margins.1))",
      "\(names)\(step): accuracy \(accuracies.0) (all on: \(accuracies.1)), margin \(margins.0) (\(margins.1))",
      "\(names): accuracy \(accuracies.0) (\(accuracies.1)), margin \(margins.0) (\(margins.1))",
      "off: accuracy \(accuracies.0) (\(accuracies.1)), margin \(margins.0)",
    ]
  }

  /// Both numbers of the marked head, with their places among all heads.
  private var head: [String]? {
    guard let change = state.shownChange, let own = change.change(of: state.head, by: state.training.measure) else {
      return nil
    }
    let all = change.heads.joined().map { $0[state.training.measure] }
    let hasChanged = change.changed > 0
    let first = hasChanged ? "change \(Words.fixed(own, 3))" : "change 0"
    let place = hasChanged ? " (rank \(rank(own, in: all)) of \(all.count))" : ""
    let short = hasChanged ? " (#\(rank(own, in: all)))" : ""
    guard let importance = state.headImportance, importance.heads.indices.contains(state.head.layer),
      importance.heads[state.head.layer].indices.contains(state.head.head)
    else {
      return [
        "\(state.shortName(of: state.head)): \(first)\(place); importance: \(state.whereImportanceIs)",
        "\(state.shortName(of: state.head)): \(first)\(place)", first,
      ]
    }
    let number = importance.heads[state.head.layer][state.head.head]
    let rankOfImportance = rank(number, in: Array(importance.heads.joined()))
    let second = "importance \(importanceWords(number))"
    return [
      "\(state.shortName(of: state.head)): \(first)\(place), \(second) (rank \(rankOfImportance))",
      "\(state.shortName(of: state.head)): \(first)\(short), \(second) (#\(rankOfImportance))",
      "change \(Words.fixed(own, 2))\(short), \(second) (#\(rankOfImportance))", "\(first), \(second)",
    ]
  }

  /// How change and importance go together over all heads.
  private var together: [String]? {
    guard let change = state.shownChange, state.headImportance != nil else { return nil }
    guard let correlation = state.changeAndImportance else {
      return change.changed == 0
        ? ["No head has changed, and yet heads matter", "No head has changed"]
        : ["Change and importance have no rank correlation", "No rank correlation"]
    }
    let number = Words.signed(correlation, 2)
    return [
      "Change is not importance: over all heads their rank correlation is \(number) (Spearman)",
      "Rank correlation of change and importance: \(number)", "Rank correlation of both: \(number)",
      "Spearman \(number)",
    ]
  }

  /// From 1 for the largest; equal ones share the better place.
  private func rank(_ value: Double, in all: [Double]) -> Int { 1 + all.count { $0 > value } }
}

/// An importance in three digits or so.
func importanceWords(_ value: Double) -> String {
  value != 0 && abs(value) < 0.001 ? Words.scientific(value) : Words.fixed(value, 4)
}

extension State {
  /// On which sentences heads are measured.
  var measuredWords: String {
    let facts = learning?.facts
    let count = facts?.measured ?? taskAnswer?.description?.heldOut ?? 0
    return facts?.isHeldOut == false
      ? Words.count(count, "sentence that it learns from", "sentences that it learns from")
      : Words.count(count, "held-out sentence")
  }

  /// Why importance is not there, in a few words.
  var whereImportanceIs: String {
    guard let learning, learning.snapshot != nil else { return "nothing has been trained" }
    if let noMeasure { return noMeasure }
    return learning.isAtRest ? "being measured" : "measured when training rests"
  }
}
