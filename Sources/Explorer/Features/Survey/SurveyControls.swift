import Activations
import Survey

/// In the table, up and down go from head to head as they are sorted, left and right from column to column; on the map, arrows go to the
/// next point; among sentences, up and down go from one to the next.
struct SurveyControls {
  let state: State
  let screen: any ScreenLayout
  let survey: ShownSurvey

  func resolve(_ command: Command) -> Resolution? {
    switch state.exploration.survey.part {
    case .table: inTable(command)
    case .map: onMap(command)
    case .sentences: amongSentences(command)
    }
  }

  private func inTable(_ command: Command) -> Resolution? {
    switch TableMovement(command, screen) {
    case .lines(let step): move(step)
    case .columns(let step): sort(step)
    case .open: open
    case .back: state.withoutFilter
    case nil: nil
    }
  }

  private func move(_ step: Int) -> Resolution {
    let heads = state.surveyHeads(survey, filter: state.headFilter)
    guard !heads.isEmpty else {
      return .refused(state.filterProblem ?? "no head matches the filter; Esc shows all heads")
    }
    let place = heads.firstIndex(of: state.markedHead) ?? 0
    let target = heads[min(max(place + step, 0), heads.count - 1)]
    return target == state.head ? .ignored : .action(.selectHead(target))
  }

  private func sort(_ step: Int) -> Resolution {
    let columns = [SurveyColumn.place, .pattern] + survey.numbers.map(SurveyColumn.number)
    let place = (columns.firstIndex(of: state.exploration.survey.column) ?? 0) + step
    guard columns.indices.contains(place) else { return .ignored }
    return SurveyKeys.sort(by: columns[place])
  }

  /// The sentences behind the number; where heads are sorted by no number, the head.
  private var open: Resolution {
    let marked = state.markedHead
    if state.surveyHeads(survey, filter: state.headFilter).isEmpty {
      return .refused(state.filterProblem ?? "no head matches the filter; Esc shows all heads")
    }
    let other = marked == state.head ? nil : marked
    return state.surveyNumber == nil ? .action(.show(.head, other)) : .action(.survey(.openSentences(other)))
  }

  // MARK: The map

  private func onMap(_ command: Command) -> Resolution? {
    switch command {
    case .moveLeft: toward(-1, 0)
    case .moveRight: toward(1, 0)
    case .moveUp: toward(0, 1)
    case .moveDown: toward(0, -1)
    case .open: .action(.show(.head))
    case .back: .action(.survey(.part(.table)))
    default: nil
    }
  }

  /// To the nearest point in a quarter of the map.
  private func toward(_ right: Double, _ up: Double) -> Resolution {
    guard let map = survey.first.survey.distances?.map, let place = survey.shape.place(of: state.head),
      map.indices.contains(place)
    else { return .ignored }
    let here = map[place]
    var best: (place: Int, distance: Double)?
    for (other, point) in map.enumerated() where other != place {
      let (x, y) = (point.x - here.x, point.y - here.y)
      let ahead = x * right + y * up
      let aside = abs(x * up) + abs(y * right)
      guard ahead > 0, aside <= ahead else { continue }
      let distance = x * x + y * y
      if distance < best?.distance ?? .infinity { best = (other, distance) }
    }
    return best.map { .action(.selectHead(survey.shape.head(at: $0.place))) } ?? .ignored
  }

  // MARK: Sentences

  private func amongSentences(_ command: Command) -> Resolution? {
    let page = max(screen.viewRows - 2, 1)
    return switch command {
    case .moveUp: mark(-1)
    case .moveDown: mark(1)
    case .movePageUp: mark(-page)
    case .movePageDown: mark(page)
    case .moveFirst: mark(-(1 << 20))
    case .moveLast: mark(1 << 20)
    case .moveLeft: sort(-1)
    case .moveRight: sort(1)
    case .open: visit
    case .back: .action(.survey(.closeSentences))
    default: nil
    }
  }

  private func mark(_ step: Int) -> Resolution {
    let count = state.surveyWitnesses.count
    guard count > 0 else { return .refused("no sentences are kept with this number") }
    let present = state.markedSentence(of: count)
    let line = min(max(present + step, 0), count - 1)
    return line == present ? .ignored : .action(.survey(.markSentence(line)))
  }

  private var visit: Resolution {
    let witnesses = state.surveyWitnesses
    guard let number = state.surveyNumber, !witnesses.isEmpty else {
      return .refused("no sentences are kept with this number")
    }
    let witness = witnesses[state.markedSentence(of: witnesses.count)]
    return .action(.survey(.visit(witness.visit(number, state.head))))
  }
}

/// The grid with a number of the corpus: arrows go from head to head, Enter lists the sentences behind the number.
struct SurveyGridControls {
  let state: State
  let screen: any ScreenLayout

  func resolve(_ command: Command) -> Resolution? {
    switch command {
    case .open: .action(.survey(.openSentences()))
    case .back: SurveyKeys.sort(by: .place)
    default: NumberGridControls(state: state, screen: screen).resolve(command)
    }
  }
}
