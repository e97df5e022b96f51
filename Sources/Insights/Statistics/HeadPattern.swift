import Support

/// What a head does, in a word, with the rule that says so.
///
/// The rules are tried from top to bottom, and the first that holds gives the name. Thresholds with a paper are the
/// paper's; the others are ours.
///
/// 1. `padding`, `punctuation`, `separator`, `first`: more than 60 % of the attention goes there (Clark et al. 2019; PAD: ours).
/// 2. `key`: a single other token gets more than 60 % of the attention of all queries (ours).
/// 3. `previous`, `next`, `itself`: more than 50 % of the attention goes there (Clark et al. 2019).
/// 4. `block`: in a pair, attention stays in the query's own text; of what could leave it if attention was even, less
///    than 40 % does (ours).
/// 5. `broad`: the entropy is more than 78 % of ln n (Clark et al. 2019: 3.8 nats at 128 tokens).
/// 6. `previous`, `next`, `itself`, `offset`: the largest probability lies at one offset for at least 90 % of the queries
///    (Voita et al. 2019).
/// 7. `heterogeneous`: none of these.
///
/// Rules 3, 4 and 6 are left out where queries and keys are tokens of different sentences.
public struct HeadPattern: Sendable, Equatable {
  /// What a head does; the rules above say what each name means.
  public enum Kind: Sendable, Hashable {
    case previous, next, itself, first, separator, punctuation, padding, broad, block, heterogeneous
    /// The token so many positions after the query, before it where negative.
    case offset(Int)
    /// The token at this position.
    case key(Int)
    /// No query counts, or its attention is not a number.
    case none
  }

  /// What the head does.
  public let kind: Kind
  /// The rule in words, with the numbers that made it hold.
  public let reason: String
  /// The class of Kovaleva et al.; nil where no query counts.
  public let shape: AttentionShape?

  /// Tries the rules on the statistics of a head.
  public init(_ statistics: HeadStatistics) {
    let (kind, reason) = HeadPattern.rule(statistics)
    self.kind = kind
    self.reason = reason()
    shape = kind == .none ? nil : AttentionShape(statistics, kind)
  }

  /// What a head does, without the words: much faster than a pattern.
  public static func kind(of statistics: HeadStatistics) -> Kind { rule(statistics).0 }

  /// A word for the head: `previous`, `next`, `self`, `separator` ...
  public var name: String { kind.name }
}

extension HeadPattern.Kind {
  /// A word for it: `previous`, `next`, `self`, `separator` ...
  public var name: String {
    switch self {
    case .previous: "previous"
    case .next: "next"
    case .itself: "self"
    case .first: "first"
    case .separator: "separator"
    case .punctuation: "punctuation"
    case .padding: "PAD"
    case .broad: "broad"
    case .block: "block"
    case .heterogeneous: "heterogeneous"
    case .offset(let offset): offset > 0 ? "offset +\(offset)" : "offset \(offset)"
    case .key: "one token"
    case .none: "none"
    }
  }
}

/// The five classes of attention maps of Kovaleva et al. (2019), who told them apart by eye and then by a trained
/// network. These rules on the statistics are ours, and come close.
public enum AttentionShape: String, Sendable, CaseIterable {
  /// Attention to single tokens, mostly `[CLS]` and `[SEP]`.
  case vertical
  /// Attention to the previous, the next or the same token.
  case diagonal
  /// Both: 70 % of the attention together, and at least a quarter each that cannot be the other.
  case verticalAndDiagonal = "vertical + diagonal"
  /// Attention within one's own text of a pair.
  case block
  /// None of these.
  case heterogeneous

  init(_ statistics: HeadStatistics, _ kind: HeadPattern.Kind) {
    let shares = statistics.shares
    let special = shares.first + shares.separators
    // A neighbour that is a special token could be either, and in short sentences often is: it speaks for neither.
    let undecided = shares.previous + shares.next + shares.itself - shares.neighbours
    if special - undecided >= 0.25, shares.neighbours >= 0.25, special + shares.neighbours >= 0.7 {
      self = .verticalAndDiagonal
      return
    }
    self =
      switch kind {
      case .first, .separator, .punctuation, .padding, .key: .vertical
      case .previous, .next, .itself, .offset: .diagonal
      case .block: .block
      case .broad, .heterogeneous, .none: .heterogeneous
      }
  }
}

extension HeadPattern {
  /// The thresholds of the rules.
  enum Threshold {
    static let token = 0.6
    static let neighbour = 0.5
    /// 3.8 / ln 128
    static let broad = 0.783_2
    static let block = 0.6
    static let offset = 0.9
  }

  /// A rule that holds, and what says so, which is put into words only where it is asked for.
  private typealias Finding = (Kind, () -> String)

  private static func rule(_ statistics: HeadStatistics) -> Finding {
    guard statistics.queries > 0 else { return (.none, { "no query attends to anything here" }) }
    guard statistics.entropy.isFinite else { return (.none, { "some of its probabilities are not numbers" }) }
    guard statistics.isOfOneSentence else {
      return tokenRule(statistics) ?? broadRule(statistics) ?? (.heterogeneous, { mixed })
    }
    return tokenRule(statistics) ?? neighbourRule(statistics) ?? blockRule(statistics) ?? broadRule(statistics)
      ?? offsetRule(statistics) ?? (.heterogeneous, { mixed })
  }

  private static let mixed = "its attention is mixed: no rule for a simpler pattern holds"

  private static func tokenRule(_ statistics: HeadStatistics) -> Finding? {
    let shares = statistics.shares
    let rules: [(Kind, Double, String, String)] = [
      (.padding, shares.padding, "PAD", ""),
      (.punctuation, shares.punctuation, "punctuation", " (Clark et al. 2019)"),
      (.separator, shares.separators, "separators", " (Clark et al. 2019)"),
      (.first, shares.first, "the first token", " (Clark et al. 2019)"),
      (.key(statistics.topKey ?? 0), statistics.topKeyShare, "a single token", ""),
    ]
    for (kind, share, target, source) in rules where share > Threshold.token {
      return (kind, { "\(percent(share, above: 60)) of its attention goes to \(target), more than 60 %\(source)" })
    }
    return nil
  }

  private static func neighbourRule(_ statistics: HeadStatistics) -> Finding? {
    let shares = statistics.shares
    let rules: [(Kind, Double, String)] = [
      (.previous, shares.previous, "the previous token"), (.next, shares.next, "the next token"),
      (.itself, shares.itself, "the query itself"),
    ]
    for (kind, share, target) in rules where share > Threshold.neighbour {
      return (
        kind, { "\(percent(share, above: 50)) of its attention goes to \(target), more than 50 % (Clark et al. 2019)" }
      )
    }
    return nil
  }

  private static func blockRule(_ statistics: HeadStatistics) -> Finding? {
    let (own, even) = (statistics.shares.ownText, statistics.shares.ownTextIfEven)
    guard even < 1, (own - even) / (1 - even) > Threshold.block else { return nil }
    return (
      .block,
      {
        "\(percent(own)) of its attention stays in the query's own text, even attention would leave \(percent(even)) there"
      }
    )
  }

  private static func broadRule(_ statistics: HeadStatistics) -> Finding? {
    guard statistics.relativeEntropy > Threshold.broad else { return nil }
    return (
      .broad,
      {
        let ceiling = "\(percent(statistics.relativeEntropy, above: 78)) of the entropy of even attention"
        return "its entropy is \(ceiling), more than 78 % (Clark et al. 2019: 3.8 nats at 128 tokens)"
      }
    )
  }

  private static func offsetRule(_ statistics: HeadStatistics) -> Finding? {
    guard statistics.offsetShare >= Threshold.offset else { return nil }
    let kind: Kind =
      switch statistics.offset {
      case -1: .previous
      case 0: .itself
      case 1: .next
      default: .offset(statistics.offset)
      }
    return (
      kind,
      {
        "for \(percent(statistics.offsetShare)) of the queries the largest probability is that of "
          + "\(place(at: statistics.offset)), at least 90 % (Voita et al. 2019)"
      }
    )
  }

  private static func place(at offset: Int) -> String {
    switch offset {
    case -1: "the previous token"
    case 0: "the query itself"
    case 1: "the next token"
    case ..<0: "the token \(-offset) before"
    default: "the token \(offset) after"
    }
  }

  /// Whole percent, or as many digits as it takes to be more than a threshold in whole percent.
  private static func percent(_ share: Double, above threshold: Int? = nil) -> String {
    guard let share = share.share else { return "NaN %" }
    var unit = 1
    for digits in 0...4 {
      guard let number = Int(saturating: share * Double(100 * unit), rule: .toNearestOrAwayFromZero) else { break }
      if threshold.map({ number > $0 * unit }) ?? true {
        let rest = String(number % unit)
        let zeros = String(repeating: "0", count: max(digits - rest.count, 0))
        return digits == 0 ? "\(number) %" : "\(number / unit).\(zeros)\(rest) %"
      }
      unit *= 10
    }
    return threshold.map { "a little more than \($0) %" } ?? "NaN %"
  }
}
