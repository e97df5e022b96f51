import Activations

extension State {
  /// Whether the screen shows a number, or lets it be seen in its colours: whoever is asked for it then need not think.
  public func shows(_ quantity: Quantity) -> Bool {
    guard let encoding = presentComputation?.encoding else { return false }
    let isItsHead =
      (quantity.count(.layer) ?? head.layer) == head.layer && (quantity.count(.head) ?? head.head) == head.head
    let view = exploration.view
    func isMarked(_ member: Quantity.Member, at position: Int) -> Bool {
      guard let name = quantity[member] else { return true }
      return (try? TokenName(name).position(in: member == .query ? encoding.queryInput : encoding.input)) == position
    }
    let isItsQuery = isMarked(.query, at: query)
    switch quantity.name {
    case .largest: return isItsHead && (view == .head || view == .steps && isItsQuery)
    case .p, .entropy, .sum:
      return quantity[.scale] == nil && isItsHead && isItsQuery && (view == .head || view == .steps)
    case .score, .scaled:
      return isItsHead && isItsQuery && (view == .steps || view == .head && isMarked(.key, at: key))
    case .nearest: return view == .words && isItsQuery
    case .cosine:
      // Of the same word in another sentence, all states stand in a list.
      let isInList = quantity[.keyIn] != nil || (quantity.count(.state) ?? hiddenState) == hiddenState
      return view == .words && isItsQuery && quantity[.keyState] == nil && isInList
    case .length, .change: return view == .words && isItsQuery
    case .share, .previous, .next, .self, .first, .separators, .padding, .punctuation, .distance, .confidence:
      return view == .heads
    case .paddingEffect: return presentComputation?.paddingEffect != nil
    case .effect, .outputEffect: return presentComputation?.interventionEffect != nil
    case .accuracy, .accuracyFrom, .accuracyLearnt, .updated: return view == .train && learning?.snapshot != nil
    case .accuracyWithout: return view == .train && performance != nil
    case .changedHeads, .headChange, .changedMost: return view == .train && shownChange?.step ?? 0 > 0
    case .corpus: return shownSurvey != nil && (view == .heads || view == .grid && isOfSurvey(quantity))
    case .baseline: return (view == .heads || view == .grid) && isOfSurvey(quantity)
    case .even, .evenEntropy, .least, .valueLength, .similarity, .exp, .sqrt: return false
    }
  }

  /// Whether it is the number of the survey that was chosen.
  private func isOfSurvey(_ quantity: Quantity) -> Bool {
    surveyNumber.map { $0.name == quantity[.number] } ?? false
  }
}
