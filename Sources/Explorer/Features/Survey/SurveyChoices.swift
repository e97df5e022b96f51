import Activations
import Survey

/// A survey as sessions name it: where its file is, and what recognises its content.
public struct SurveyReference: Sendable, Hashable {
  /// The file, as it was named. Untrusted text.
  public var path: String
  /// Recognises the content: FNV-1a of the file's bytes, in hexadecimal digits.
  public var digest: String

  /// A file with this content.
  public init(path: String, digest: String) {
    self.path = path
    self.digest = digest
  }
}

/// How a survey is shown in the Heads view.
public enum SurveyPart: String, Sendable, CaseIterable {
  /// All heads, a line each.
  case table
  /// All heads as points, near each other where they do the same.
  case map
  /// The sentences behind one number of one head.
  case sentences
}

/// What heads are sorted by, and which number of them the grid shows.
public enum SurveyColumn: Sendable, Hashable {
  case place, pattern
  case number(SurveyNumber)

  /// The number; nil for places and patterns.
  public var number: SurveyNumber? {
    if case .number(let number) = self { number } else { nil }
  }
}

/// A sentence of a survey that was opened, with the pair of words that it was opened for.
public struct VisitedSentence: Sendable, Equatable {
  /// Its text. Untrusted.
  public var text: String
  /// The head whose number it stands for.
  public var head: HeadIndex
  /// The word that attends, in code points of the text; nil where the number is one of the whole sentence.
  public var query: Range<Int>?
  /// The word that is attended to; nil where the number is one of the whole sentence.
  public var key: Range<Int>?

  /// A sentence, a head, and the two words, in code points of the text.
  public init(text: String, head: HeadIndex, query: Range<Int>? = nil, key: Range<Int>? = nil) {
    self.text = text
    self.head = head
    self.query = query
    self.key = key
  }
}

/// What was chosen about surveys.
public struct SurveyChoices: FeatureChoices {
  /// The survey whose numbers are shown; nil where none was opened.
  public var first: SurveyReference?
  /// Another one, which is compared with it.
  public var second: SurveyReference?
  /// Whether Heads and Grid show numbers of the corpus instead of the sentence.
  public var isShown = false
  /// How Heads shows them.
  public var part = SurveyPart.table
  /// What the table is sorted by; its number is the one that the grid shows.
  public var column = SurveyColumn.place
  /// Whether the table is sorted downwards.
  public var isDescending = false
  /// The line that is marked among the sentences behind a number, from 0. There may be fewer.
  public var line = 0
  /// The view that these were opened from.
  public var opened = ViewID.heads
  /// The sentence that was opened last; nil once another pair of tokens was marked.
  public var visited: VisitedSentence?

  /// No survey.
  public init() {}
}

extension Exploration {
  /// About surveys.
  public var survey: SurveyChoices {
    get { choices[SurveyChoices.self] }
    set { choices[SurveyChoices.self] = newValue }
  }
}

extension State {
  /// The number of a survey that the sentence on the screen was opened for; nil where it was not, and once something else was marked.
  package var visitedNumber: SurveyNumber? {
    guard let visited = exploration.survey.visited, exploration.survey.part == .sentences,
      shownTexts.indices.contains(shownSentence), shownTexts[shownSentence] == visited.text, head == visited.head
    else { return nil }
    return exploration.survey.column.number
  }

  /// The tokens that the words of a visited sentence are, of each the first piece; nil where no pair of a survey is marked, and while
  /// its sentence is not on the screen.
  var visitedPair: (query: Int, key: Int)? {
    guard let visited = exploration.survey.visited, let query = visited.query, let key = visited.key,
      let encoding = tokenComputation?.encoding, !encoding.isCross,
      encoding.request.texts.indices.contains(encoding.request.sentence),
      encoding.request.texts[encoding.request.sentence] == visited.text,
      let queryPosition = encoding.input.firstPosition(in: query),
      let keyPosition = encoding.input.firstPosition(in: key)
    else { return nil }
    return (queryPosition, keyPosition)
  }
}

extension TokenizedInput {
  /// The first token of the first text that has a code point in a range; nil where none has.
  fileprivate func firstPosition(in range: Range<Int>) -> Int? {
    offsets.indices.first { position in
      sequenceIDs[position] == 0 && attentionMask[position] && !offsets[position].isEmpty
        && offsets[position].overlaps(range)
    }
  }
}
