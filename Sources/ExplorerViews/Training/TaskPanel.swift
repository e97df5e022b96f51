import Canvas
import Explorer
import UserInput

/// The three questions of every net, what is updated, and how training goes on.
struct TaskPanel {
  let state: State
  let appearance: Appearance

  private var signs: Signs { Signs(appearance) }

  /// A line: wordings from long to short, and whether it stands out.
  typealias Line = (wordings: [String], isBold: Bool)

  /// What there is to say in so many columns and rows.
  func lines(columns: Int, room: Int) -> [Line] {
    guard room > 2 else {
      // Few rows: how it goes on first, then what is updated.
      return Array([(status, true), (choice, false)].prefix(max(room, 0)))
    }
    let last: [Line] = [(choice, false), (status, true)] + (labels.map { [($0, false)] } ?? [])
    var left = max(room - 1 - last.count, 0)
    var middle: [Line] = []
    for (place, (name, text)) in questions.enumerated() where left > 0 {
      let lines = Words.wrapped("\(name): \(text)", to: columns, glyphs: appearance.glyphs)
      // A line at least is left to each of those that follow.
      let most = max(left - (questions.count - 1 - place), 1)
      for (index, text) in lines.prefix(most).enumerated() {
        let isCut = index == most - 1 && lines.count > most
        middle.append(([text + (isCut ? signs.ellipsis : "")], false))
      }
      left -= min(lines.count, most)
    }
    return Array(([(title, true)] + middle + last).prefix(room))
  }

  func draw(in area: Rect, on canvas: inout Canvas) {
    for (row, line) in lines(columns: area.columns, room: area.rows).enumerated() {
      canvas.draw(
        Words.fitting(line.wordings, in: area.columns, glyphs: appearance.glyphs), column: area.column,
        row: area.row + row, style: Style(attributes: line.isBold ? .bold : []), glyphs: appearance.glyphs)
    }
  }

  private var task: TaskDescription? { state.taskAnswer?.description }
  private var name: String { visible(state.training.task, glyphs: appearance.glyphs) }

  private var title: [String] {
    guard let task else { return ["Task \(name)"] }
    let heldOut = task.heldOut > 0 ? ", \(task.heldOut) held out" : ""
    return [
      "Task \(name): \(Words.count(task.sentences, "sentence"))\(heldOut), \(task.labels.count) labels",
      "Task \(name): \(task.sentences)\(task.heldOut > 0 ? " + \(task.heldOut)" : "") sentences", "Task \(name)",
    ]
  }

  private var questions: [(String, String)] {
    guard let task else {
      guard let answer = state.taskAnswer else { return [("Goal", signs.ellipsis)] }
      return [("No task", answer.reason ?? "")]
    }
    return [("Goal", task.goal), ("Input", task.input), ("Output", task.output)]
  }

  /// What is updated, and how many parameters that are.
  private var choice: [String] {
    let scope = state.learning?.plan.scope ?? state.training.scope
    let trained = state.learning?.facts?.trained ?? task?.trained[scope]
    let all = state.learning?.facts?.parameters ?? task?.trained[.everything]
    guard let trained, let all else { return ["Updates \(scope.title)", scope.title] }
    let counts = "\(grouped(trained)) of \(grouped(all)) parameters"
    return [
      "Updates \(scope.title): \(counts)", "\(scope.title): \(counts)",
      "\(scope.title): \(grouped(trained)) of \(grouped(all))",
      "\(scope.title): \(grouped(trained))", "\(grouped(trained)) parameters",
    ]
  }

  /// Thousands apart, so that millions are seen to be millions.
  private func grouped(_ number: Int) -> String {
    var digits = String(number)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return ([digits] + groups).joined(separator: ",")
  }

  private var status: [String] {
    guard let learning = state.learning else {
      let steps = task?.steps[state.training.scope]
      return ["Not begun\(steps.map { ": Space takes \($0) steps" } ?? "")", "Not begun"]
    }
    if let failure = learning.failure {
      return ["Failed after step \(learning.step): \(failure)", "Failed: \(failure)"]
    }
    let step = "step \(learning.step) of \(learning.plan.steps)"
    if let folder = learning.keptIn {
      let name = visible(folder, glyphs: appearance.glyphs)
      return ["Weights that were kept in \(name), \(step)", "Kept weights, \(step)"]
    }
    let anew = state.playback == nil ? "" : "Trained anew for this replay: "
    guard learning.facts != nil else { return [anew + "Begins" + signs.ellipsis, "Begins"] }
    if !learning.isAtRest {
      let word = learning.isStopping ? "Stops" : "Running"
      return ["\(anew)\(word), \(step)", "\(word), \(step)", "\(learning.step)/\(learning.plan.steps)"]
    }
    let word = learning.goal >= learning.plan.steps ? "Finished" : "Paused"
    return ["\(anew)\(word), \(step)", "\(word), \(step)", "\(learning.step)/\(learning.plan.steps)"]
  }

  private var labels: [String]? {
    let words = LabelWords(state: state).wordings
    return words.isEmpty ? nil : words
  }
}
