import Canvas
import Explorer
import UserInput

/// The three questions of every net, what is updated, and how training goes on.
struct TaskPanel {
  let state: State
  let appearance: Appearance
  let area: Rect

  private var signs: Signs { Signs(appearance) }

  func draw(on canvas: inout Canvas) {
    guard area.rows > 0 else { return }
    let status = self.status
    // Few rows: how it goes on first, then what is updated.
    if area.rows <= 2 {
      line(status, style: Style(attributes: .bold), at: area.row, on: &canvas)
      if area.rows == 2 { line(choice, at: area.row + 1, on: &canvas) }
      return
    }
    var row = area.row
    line(title, style: Style(attributes: .bold), at: row, on: &canvas)
    row += 1
    let fixed = 2 + (labels == nil ? 0 : 1)
    var room = area.endRow - row - fixed
    for (name, text) in questions where room > 0 {
      let lines = Words.wrapped("\(name): \(text)", to: area.columns, glyphs: appearance.glyphs)
      let most = max(room - (questions.count > 1 && name == "Goal" ? 2 : name == "Input" ? 1 : 0), 1)
      for (index, text) in lines.prefix(most).enumerated() {
        let isCut = index == most - 1 && lines.count > most
        line([text + (isCut ? signs.ellipsis : "")], at: row, on: &canvas)
        row += 1
        room -= 1
      }
    }
    line(choice, at: row, on: &canvas)
    line(status, style: Style(attributes: .bold), at: row + 1, on: &canvas)
    if let labels, row + 2 < area.endRow { line(labels, at: row + 2, on: &canvas) }
  }

  private func line(_ wordings: [String], style: Style = .plain, at row: Int, on canvas: inout Canvas) {
    canvas.draw(
      Words.fitting(wordings, in: area.columns, glyphs: appearance.glyphs), column: area.column, row: row, style: style,
      glyphs: appearance.glyphs)
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
