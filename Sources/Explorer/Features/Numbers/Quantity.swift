import Support

/// A number that can be computed from what is shown, as a session names it: `p layer=3 head=7 query=it key=animal`.
///
/// docs/sessions.md has the list of them.
public struct Quantity: Sendable, Hashable {
  /// What can be asked for.
  public enum Name: String, Sendable, CaseIterable {
    case p, score, scaled, entropy, even, evenEntropy, share, sum, largest, least
    case previous, next, `self`, first, separators, padding, punctuation, distance, confidence
    case valueLength, length, change, cosine, nearest, similarity
    case paddingEffect, effect, outputEffect
    case accuracy, accuracyFrom, accuracyLearnt, accuracyWithout, updated, changedHeads, headChange, changedMost
    case corpus, baseline
    case exp, sqrt
  }

  /// What a member of a quantity says.
  public enum Member: String, Sendable, CaseIterable {
    /// Which head; the selected one where it is missing.
    case layer, head
    /// Tokens, by word, word and position (`the·4`) or position; the marked ones where they are missing.
    case query, key
    /// Which hidden states; the one that the Words view shows where it is missing, and for `keyState` that of the query.
    case state, keyState
    /// Of which picture: `A` the one put aside, `before` training, or the number of a sentence of the batch.
    case `in`, keyIn
    /// What scores are multiplied by instead of the layer's scale.
    case scale
    /// How far from the query.
    case offset
    /// Of a survey: which of its numbers.
    case number
    /// What a function is taken of.
    case of
    /// What it is compared with: 1 where it is above or below that, else 0.
    case above, below
    /// Limits, in rising order: the number is which of the ranges between them it lies in, from 1.
    case among
    /// How many decimals are shown.
    case digits

    /// Whether it may be said of every number.
    var isOfAll: Bool { self == .digits || Member.comparisons.contains(self) }
    fileprivate static let comparisons: [Member] = [.above, .below, .among]
  }

  /// What is asked for.
  public let name: Name
  /// As it was written.
  public let text: String
  private let members: [Member: String]

  /// Reads `name member=value ...`.
  ///
  /// - Throws: what is wrong with it, in words.
  public init(_ text: String) throws(QuantityFailure) {
    self.text = text
    let parts = text.split(separator: " ").map(String.init)
    guard let name = parts.first.flatMap(Name.init) else {
      throw QuantityFailure("there is no number '\(parts.first ?? "")'")
    }
    self.name = name
    var members: [Member: String] = [:]
    for part in parts.dropFirst() {
      let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard pieces.count == 2, !pieces[1].isEmpty else { throw QuantityFailure("'\(part)' is not member=value") }
      guard let member = Member(rawValue: pieces[0]), member.isOfAll || name.members.contains(member) else {
        let known = name.members.map(\.rawValue).joined(separator: ", ")
        throw QuantityFailure("\(name.rawValue) has no '\(pieces[0])'" + (known.isEmpty ? "" : "; it takes \(known)"))
      }
      members[member] = pieces[1]
    }
    self.members = members
    for member in [Member.layer, .head, .state, .keyState, .digits] where members[member] != nil {
      guard let count = count(member), member != .digits || count <= 9 else {
        throw QuantityFailure("\(member.rawValue) must be a number from 0")
      }
    }
    for member in [Member.scale, .of, .offset, .above, .below] where members[member] != nil {
      guard number(member) != nil else { throw QuantityFailure("\(member.rawValue) must be a number") }
    }
    guard Member.comparisons.count(where: { members[$0] != nil }) < 2 else {
      throw QuantityFailure("above, below and among exclude each other")
    }
    guard members[.among] == nil || limits != nil else {
      throw QuantityFailure("among must be numbers in rising order, with commas between")
    }
    for member in name.required where members[member] == nil {
      throw QuantityFailure("\(name.rawValue) needs \(member.rawValue)")
    }
  }

  subscript(member: Member) -> String? { members[member] }

  /// Whether both ask for the same, with whatever decimals.
  package func isSame(as other: Quantity) -> Bool {
    name == other.name && members.filter { $0.key != .digits } == other.members.filter { $0.key != .digits }
  }

  func count(_ member: Member) -> Int? {
    members[member].flatMap { Int(decimal: $0, in: 0...1 << 20) }
  }

  func number(_ member: Member) -> Double? { members[member].flatMap(Quantity.number) }

  private static func number(_ text: String) -> Double? {
    text.hasPrefix("-") ? Double(decimal: String(text.dropFirst())).map { -$0 } : Double(decimal: text)
  }

  /// The limits of `among`; nil where they are not in rising order.
  private var limits: [Double]? {
    guard let text = members[.among] else { return nil }
    let pieces = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let limits = pieces.compactMap(Quantity.number)
    return limits.count == pieces.count && zip(limits, limits.dropFirst()).allSatisfy({ $0 < $1 }) ? limits : nil
  }

  /// What a number is where it is compared, and otherwise the number itself.
  func compared(_ value: Double) -> Double {
    if let limit = number(.above) { return value > limit ? 1 : 0 }
    if let limit = number(.below) { return value < limit ? 1 : 0 }
    return limits.map { Double(1 + $0.count { value > $0 }) } ?? value
  }

  /// Whether it says how a number compares.
  private var isComparison: Bool { Member.comparisons.contains { members[$0] != nil } }

  /// How many decimals were asked for.
  package var writtenDecimals: Int? { count(.digits) }

  /// How many decimals it is shown with where nothing else is said.
  var decimals: Int { count(.digits) ?? (name.isCount || isComparison ? 0 : 2) }

  /// The pictures that it is worked out of, other than the one that is shown.
  var pictures: [String] { [members[.in], members[.keyIn]].compactMap { $0 } }
}

extension Quantity.Name {
  /// What may be said of it.
  public var members: [Quantity.Member] {
    switch self {
    case .p: [.layer, .head, .query, .key, .scale, .in]
    case .score, .scaled: [.layer, .head, .query, .key, .in]
    case .entropy: [.layer, .head, .query, .scale, .in]
    case .even, .evenEntropy: [.layer, .query, .in]
    case .share: [.layer, .head, .key, .in]
    case .sum, .largest: [.layer, .head, .query, .in]
    case .least: [.layer, .head, .offset, .in]
    case .previous, .next, .self, .first, .separators, .padding, .punctuation, .distance, .confidence:
      [.layer, .head, .in]
    case .valueLength: [.layer, .head, .key, .in]
    case .length: [.state, .query, .in]
    case .change: [.layer, .query, .in]
    case .cosine: [.state, .query, .key, .keyState, .in, .keyIn]
    case .nearest: [.state, .query, .in]
    case .similarity: [.in, .keyIn]
    case .headChange: [.layer]
    case .corpus, .baseline: [.layer, .head, .number]
    case .exp, .sqrt: [.of]
    case .paddingEffect, .effect, .outputEffect, .accuracy, .accuracyFrom, .accuracyLearnt, .accuracyWithout, .updated,
      .changedHeads, .changedMost:
      []
    }
  }

  /// What has to be said of it.
  var required: [Quantity.Member] {
    switch self {
    case .exp, .sqrt: [.of]
    case .least: [.offset]
    case .corpus, .baseline: [.number]
    default: []
    }
  }

  /// Whether it is a whole number: a position, a layer, a number of things.
  var isCount: Bool {
    switch self {
    case .largest, .nearest, .accuracyFrom, .updated, .changedHeads, .changedMost: true
    default: false
    }
  }
}

/// Why a number cannot be computed, in words.
public struct QuantityFailure: Error, Equatable {
  /// In one line. It may quote text from outside.
  public let reason: String

  init(_ reason: String) { self.reason = reason }
}
