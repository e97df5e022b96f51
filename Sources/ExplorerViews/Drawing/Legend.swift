import Explorer

/// What the colours on the screen stand for, from the lowest to the highest.
struct Legend: Equatable {
  /// What stands at the low end, and at the high end.
  let low: String
  let high: String
  /// What the numbers are of; left out where there is little room.
  let scope: String
  /// Whether the middle stands for zero, with less on one side and more on the other.
  var isDiverging = false

  init(low: String, high: String, scope: String = "", isDiverging: Bool = false) {
    self.low = low
    self.high = high
    self.scope = scope
    self.isDiverging = isDiverging
  }
}

extension Legend {
  /// The colours of the attention on the screen.
  init?(_ state: State) {
    guard let computation = state.computation else { return nil }
    var top = Words.fixed(Double(state.top(of: state.head, in: computation)), 2)
    var what = state.valueNorms == nil ? "" : "length, "
    if [.grid, .head].contains(state.view), let attribution = state.attribution {
      top += AttributionWords.factor(attribution.unit, Signs(glyphs: .ascii))
      what = "p dy/dp, "
    }
    self.init(low: "0", high: top, scope: what + (state.range == .all ? "all heads" : "this head"))
  }
}
