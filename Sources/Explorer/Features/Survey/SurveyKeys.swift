import Activations
import Survey
import UserInput

/// What a key can mean to surveys.
package enum SurveyCommand: FeatureCommand {
  case open, openSecond, forget, choose, switchPart

  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution { SurveyKeys(state: state).resolve(self) }
}

/// What concerns files of surveys.
public enum SurveyControl: Sendable, Equatable {
  /// A file is to be named, to be shown or to be compared with the one that is.
  case openFile(beside: Bool)
}

extension Command {
  static func survey(_ command: SurveyCommand) -> Command { .feature(command) }
}

extension KeyBinding {
  static let surveying: [KeyBinding] = [
    KeyBinding(
      .survey(.open), .survey, [.view(.heads)], [.character("o")],
      "numbers of a corpus: a .survey file; and back to the sentence", hint: "corpus"),
    KeyBinding(
      .survey(.choose), .survey, [.view(.heads)], [.character("R")],
      "which number of the corpus: type nsubj, reverse:obj, on:NOUN, tree", hint: "relation"),
    KeyBinding(
      .survey(.choose), .survey, [.view(.grid)], [.character("R")],
      "which number of the corpus: type nsubj, reverse:obj, on:NOUN, tree", hint: "relation"),
    KeyBinding(
      .survey(.switchPart), .survey, [.view(.heads)], [.character("v")],
      "all heads as a table, or as a map on which near ones do the same", hint: "map"),
    KeyBinding(
      .open, .survey, [.view(.heads), .view(.grid)], [.enter],
      "of a corpus: the sentences behind the number; of one of them: the head in it", hint: "sentences"),
    KeyBinding(
      .survey(.openSecond), .survey, [.view(.heads)], [.character("C")],
      "a second survey: B - A, with what is noise"),
    KeyBinding(
      .survey(.forget), .survey, [.view(.heads)], [.alt("o")], "forget the second survey, or the only one"),
  ]
}

extension KeyBinding {
  /// Whether it is hinted at only where a survey is shown.
  package var needsSurvey: Bool {
    group == .survey && [.survey(.choose), .survey(.switchPart), .open].contains(command)
  }
}

/// Resolves these commands in a state.
package struct SurveyKeys {
  let state: State

  package init(state: State) { self.state = state }

  package func resolve(_ command: SurveyCommand) -> Resolution {
    switch command {
    case .open:
      state.exploration.survey.first == nil
        ? .control(.survey(.openFile(beside: false))) : .action(.survey(.show(!state.exploration.survey.isShown)))
    case .openSecond: .control(.survey(.openFile(beside: state.exploration.survey.first != nil)))
    case .forget:
      state.exploration.survey.first == nil ? .refused("no survey is open") : .action(.survey(.close))
    case .choose: needsSurvey { _ in .control(.edit(LineEntry(.number))) }
    case .switchPart:
      needsSurvey { survey in
        if state.exploration.survey.part == .map { return .action(.survey(.part(.table))) }
        return survey.first.survey.distances == nil
          ? .refused("distances between heads were not computed for this survey") : .action(.survey(.part(.map)))
      }
    }
  }

  /// What a key comes to that needs a survey on the screen.
  func needsSurvey(_ resolve: (ShownSurvey) -> Resolution) -> Resolution {
    switch state.surveyStatus {
    case .none:
      .refused(
        state.exploration.survey.first == nil
          ? "no survey is open: o in Heads opens one" : "what is shown is the sentence: o in Heads shows the corpus")
    case .reading: .awaiting
    case .missing(let reason): .refused(reason)
    case .shown(let survey): resolve(survey)
    }
  }

  /// Sorting by another column: numbers with the largest first, places and names from the beginning.
  package static func sort(by column: SurveyColumn) -> Resolution {
    .action(.survey(.sort(column, isDescending: column.number != nil)))
  }

  /// Through the numbers, and back to attention, in the grid.
  func gridNumber(_ step: Int) -> Resolution {
    needsSurvey { survey in
      let columns = [SurveyColumn.place] + survey.numbers.map(SurveyColumn.number)
      let present = state.surveyNumber.map(SurveyColumn.number) ?? .place
      return SurveyKeys.sort(by: neighbour(of: present, in: columns, by: step))
    }
  }

  /// Through the patterns that there are, and back to all heads.
  func pattern(_ step: Int, of survey: ShownSurvey) -> Resolution {
    let names = Set(survey.first.survey.patterns.map(\.name)).sorted()
    // A name with a space is found by its first word.
    let filters = [""] + names.map { String($0.split(separator: " ").first ?? "") }.uniqued
    guard filters.count > 1 else { return .refused("the survey names no patterns") }
    let place = filters.firstIndex(of: state.heads.filter) ?? 0
    let filter = filters[(place + step + filters.count) % filters.count]
    return .action(.heads(.filter(filter, marking: state.firstListed(filter))))
  }

  /// The head most like this one over the corpus, and on from there.
  func like(_ step: Int, of survey: ShownSurvey) -> Resolution {
    let (anchor, marked) = (state.likenessAnchor, state.markedHead)
    guard let neighbours = survey.neighbours(of: anchor) else {
      return .refused("distances between heads were not computed for this survey")
    }
    guard state.heads.likeness?.reached == marked else { return .action(.heads(.selectLike(marked, of: marked))) }
    let heads = [anchor] + neighbours.map(\.head)
    let place = (heads.firstIndex(of: marked) ?? 0) + step
    guard heads.indices.contains(place) else {
      return .refused(
        step > 0 ? "no head is less like it than this one" : "this is the head that others are compared with")
    }
    return .action(.heads(.selectLike(heads[place], of: anchor)))
  }
}

// MARK: The list that a number is chosen from

extension State {
  /// The numbers of the survey whose names hold all words that are typed, with the head that has the largest; one that begins so comes
  /// first.
  func numberRows(for text: String) -> [PaletteRow] {
    guard let survey = shownSurvey else { return [] }
    let words = text.lowercased().split(separator: " ").map(String.init)
    let matching = survey.numbers.filter { number in words.allSatisfy { number.name.lowercased().contains($0) } }
    func order(_ number: SurveyNumber) -> Int {
      let name = number.name.lowercased()
      guard let word = words.first else { return 0 }
      return name == word ? 0 : name.hasPrefix(word) ? 1 : 2
    }
    // Swift's sort is stable.
    return matching.sorted { order($0) < order($1) }.map { number in
      let best = survey.best(number)
      let place = best.map { best in
        "\(shortName(of: best.head)) \(Explorer.Words.fixed(best.cell.value, 2))"
          + (best.cell.isDifference
            ? "" : best.cell.figure.comparison.map { ", baseline \(Explorer.Words.fixed($0.baseline, 2))" } ?? "")
      }
      return PaletteRow(keys: [], text: number.name, place: place ?? "", goal: .number(number, best?.head))
    }
  }
}
