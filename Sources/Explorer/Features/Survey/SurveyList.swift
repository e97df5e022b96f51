import Activations
import Survey

extension State {
  /// The heads of the survey on the screen that match the filter, sorted as was chosen; empty where there is none.
  package var surveyHeads: [HeadIndex] { shownSurvey.map { surveyHeads($0, filter: headFilter) } ?? [] }

  /// The heads of a survey that match a filter, sorted as was chosen. Equal ones stay in the order of layers.
  package func surveyHeads(_ survey: ShownSurvey, filter text: String) -> [HeadIndex] {
    let filter = HeadFilter(text, numbers: survey.numbers)
    let listed =
      text.isEmpty
      ? survey.heads : survey.heads.filter { filter.matches($0, of: survey, countingFrom: exploration.countFrom) }
    return sorted(listed, of: survey, by: exploration.survey.column, isDescending: exploration.survey.isDescending)
  }

  private func sorted(
    _ heads: [HeadIndex], of survey: ShownSurvey, by column: SurveyColumn, isDescending: Bool
  ) -> [HeadIndex] {
    switch column {
    case .place: return isDescending ? heads.reversed() : heads
    case .pattern:
      let named = heads.map { ($0, survey.pattern($0)?.name ?? "") }
      return named.sorted { isDescending ? $0.1 > $1.1 : $0.1 < $1.1 }.map(\.0)
    case .number(let number):
      let values = heads.map { ($0, survey.cell(number, $0)?.value ?? .nan) }
      return values.sorted { isDescending ? $0.1.isLarger(than: $1.1) : $0.1.isSmaller(than: $1.1) }.map(\.0)
    }
  }

  /// The number of the survey that was chosen; nil for places and patterns, and where the survey does not have it.
  package var surveyNumber: SurveyNumber? {
    guard let number = exploration.survey.column.number, let survey = shownSurvey, survey.numbers.contains(number)
    else { return nil }
    return number
  }

  /// The survey and the number that the grid shows; nil where it shows the sentence.
  package var gridSurvey: (survey: ShownSurvey, number: SurveyNumber)? {
    guard let survey = shownSurvey, let number = surveyNumber else { return nil }
    return (survey, number)
  }

  /// The heads of the grid in their order: as they lie in the model, or the largest number first.
  package var gridHeads: [HeadIndex] {
    let isSorted = exploration.heads.isGridSorted
    if let (survey, number) = gridSurvey {
      return isSorted ? sorted(survey.heads, of: survey, by: .number(number), isDescending: true) : survey.heads
    }
    let rows = headRows
    let column = exploration.heads.gridColumn ?? .entropy
    return (isSorted ? rows.sorted(by: column, isDescending: !column.isSmallestFirst) : rows).map(\.index)
  }
}

// MARK: Sentences

/// Why a sentence is kept with a number.
package enum WitnessRole: Sendable, Equatable, CaseIterable {
  case strongest, against, sampled
}

/// A line among the sentences behind a number.
package struct SurveyWitness: Sendable, Equatable {
  /// Why it is kept.
  package let role: WitnessRole
  /// Whether it comes from B, where two surveys are compared.
  package let isOfSecond: Bool
  /// The sentence, and what the head does in it.
  package let witness: Witness
}

extension State {
  /// The sentences behind the number that was chosen, of the selected head: for it, against it, drawn by chance.
  package var surveyWitnesses: [SurveyWitness] {
    guard let survey = shownSurvey, let number = surveyNumber, let cell = survey.cell(number, head) else { return [] }
    return WitnessRole.allCases.flatMap { role in
      [(cell.figure, false)].flatMap { list(role, of: $0, isOfSecond: $1) }
        + (cell.other.map { list(role, of: $0, isOfSecond: true) } ?? [])
    }
  }

  private func list(_ role: WitnessRole, of figure: SurveyFigure, isOfSecond: Bool) -> [SurveyWitness] {
    let witnesses =
      switch role {
      case .strongest: figure.witnesses.strongest
      case .against: figure.witnesses.against
      case .sampled: figure.witnesses.sampled
      }
    return witnesses.map { SurveyWitness(role: role, isOfSecond: isOfSecond, witness: $0) }
  }

  /// Which of so many sentences is marked.
  package func markedSentence(of count: Int) -> Int { min(max(exploration.survey.line, 0), max(count - 1, 0)) }
}

extension SurveyWitness {
  /// What opening it comes to, for a number of a head: the one that attends is the query.
  package func visit(_ number: SurveyNumber, _ head: HeadIndex) -> VisitedSentence {
    var visited = VisitedSentence(text: witness.sentence.text, head: head)
    guard let pair = witness.pair else { return visited }
    let isReverse = if case .relation(_, .headToDependent) = number.kind { true } else { false }
    (visited.query, visited.key) = isReverse ? (pair.to, pair.from) : (pair.from, pair.to)
    return visited
  }
}
