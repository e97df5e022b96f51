import Activations

/// The interventions: what a person has changed by hand, parts of `Exploration`.
public struct Interventions: FeatureChoices {
  /// Changes of each sentence's mask, by the sentence's number in the batch.
  public var maskEdits: [Int: [MaskEdit]] = [:]
  /// The places where `[MASK]` stands for a token, by sentence.
  public var replacedTokens: [Int: Set<Int>] = [:]
  /// The heads that are switched off, and how.
  public var ablations: [HeadIndex: Ablation.Kind] = [:]
  /// The kinds of tokens that are left out of the picture. Nothing is computed anew for it.
  public var hidden: Set<TokenKind> = []
  /// Which text's queries and which text's keys of a pair are shown; nil for all. Nothing is computed anew for it.
  public var filter: TextFilter?

  /// Nothing is changed by hand, and nothing is left out of the picture.
  public init() {}

  /// Forgets the interventions that name tokens of a sentence whose text has changed; nil means every sentence.
  mutating func forgetTokens(of sentence: Int?) {
    guard let sentence else {
      maskEdits = [:]
      replacedTokens = [:]
      return
    }
    maskEdits[sentence] = nil
    replacedTokens[sentence] = nil
  }

  /// Adds a change to a sentence's mask. Earlier ones of which nothing would be left are dropped.
  mutating func edit(_ edit: MaskEdit, sentence: Int) {
    var edits = maskEdits[sentence] ?? []
    edits.removeAll { earlier in
      switch (earlier, edit) {
      case (.key(let a, _), .key(let b, _)): a == b
      case (.cell(_, let a, _), .key(let b, _)): a == b
      case (.cell(let queryA, let keyA, _), .cell(let queryB, let keyB, _)): queryA == queryB && keyA == keyB
      // A new width replaces the old one.
      case (.band, .band): true
      default: earlier == edit
      }
    }
    edits.append(edit)
    maskEdits[sentence] = edits
  }

  /// Takes one change back and leaves the others.
  mutating func takeBack(_ edit: MaskEdit, sentence: Int) {
    maskEdits[sentence]?.removeAll { $0 == edit }
    if maskEdits[sentence]?.isEmpty == true { maskEdits[sentence] = nil }
  }
}

extension Exploration {
  /// What is changed by hand.
  public var interventions: Interventions {
    get { choices[Interventions.self] }
    set { choices[Interventions.self] = newValue }
  }
}

/// Tokens that can be left out of a picture together.
public enum TokenKind: String, Sendable, CaseIterable {
  /// `[CLS]` or `<s>`
  case first
  /// `[SEP]` or `</s>`
  case separators
  case pad
  case punctuation
}

/// A part of a pair's attention: from the queries of one text to the keys of one text, 0 the first and 1 the second.
public struct TextFilter: Sendable, Hashable {
  /// The text whose queries are shown: 0 the first, 1 the second.
  public var queries: Int
  /// The text whose keys are shown: 0 the first, 1 the second.
  public var keys: Int

  /// From the queries of one text to the keys of one text; each is 0 or 1.
  public init(queries: Int, keys: Int) {
    self.queries = queries
    self.keys = keys
  }

  /// In the order in which one goes through them.
  public static let all = [
    TextFilter(queries: 0, keys: 0), .init(queries: 0, keys: 1), .init(queries: 1, keys: 0), .init(queries: 1, keys: 1),
  ]

  /// `A to B`
  public var words: String { "\(queries == 0 ? "A" : "B") to \(keys == 0 ? "A" : "B")" }
}
