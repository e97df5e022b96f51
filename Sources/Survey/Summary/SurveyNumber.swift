import Insights

/// A number that a survey has of every head.
public struct SurveyNumber: Sendable, Hashable {
  /// What kind of number it is.
  public enum Kind: Sendable, Hashable {
    /// A statistic of the list of heads.
    case statistic(HeadStatistic)
    /// The share of the attention that goes to words of a class.
    case share(wordClass: String)
    /// How often the head points from a word to the one that it is related to.
    case relation(String, SurveyDirection)
    /// How much of the gold tree the maximum spanning tree of the head's attention has (Htut et al. 2019).
    case tree
  }

  /// What kind of number it is.
  public let kind: Kind

  /// A number of this kind.
  public init(_ kind: Kind) { self.kind = kind }

  /// In files, on the command line and in sessions: `entropy`, `on:NOUN`, `nsubj`, `reverse:nsubj`, `tree`.
  public var name: String {
    switch kind {
    case .statistic(let statistic): statistic.name
    case .share(let wordClass): "on:\(wordClass)"
    case .relation(let name, .dependentToHead): name
    case .relation(let name, .headToDependent): "reverse:\(name)"
    case .tree: "tree"
    }
  }

  /// The number of a name. Every name that is none of the others is that of a relation.
  public init(named name: String) {
    if let statistic = HeadStatistic.named(name) {
      kind = .statistic(statistic)
    } else if name.hasPrefix("on:") {
      kind = .share(wordClass: String(name.dropFirst(3)))
    } else if name.hasPrefix("reverse:") {
      kind = .relation(String(name.dropFirst(8)), .headToDependent)
    } else {
      kind = name == "tree" ? .tree : .relation(name, .dependentToHead)
    }
  }

  /// Whether it is an accuracy, which is compared with a baseline.
  public var isAccuracy: Bool {
    if case .relation = kind { true } else { false }
  }
}

/// Which of two related words has to attend to the other.
public enum SurveyDirection: String, Sendable, Hashable, CaseIterable {
  /// The dependent points to the word that it attends to most.
  case dependentToHead = "dependent-to-head"
  /// The dependent points to the word that attends to it most.
  case headToDependent = "head-to-dependent"
}
