import Explorer

/// What the colours on the screen stand for, from the lowest to the highest.
struct Legend: Equatable {
  /// What stands at the low end, and at the high end.
  let low: String
  let high: String
  /// What is measured, and of what, from long to short; what does not fit is left out.
  let scopes: [String]
  /// Whether the middle stands for zero, with less on one side and more on the other.
  var isDiverging = false

  init(low: String, high: String, scope: String, isDiverging: Bool = false) {
    self.init(low: low, high: high, scopes: [scope], isDiverging: isDiverging)
  }

  init(low: String, high: String, scopes: [String], isDiverging: Bool = false) {
    self.low = low
    self.high = high
    self.scopes = scopes
    self.isDiverging = isDiverging
  }

  /// Of numbers on both sides of zero, which reach as far as `top`.
  init?(around top: Float, scopes: [String]) {
    guard top > 0, top.isFinite else { return nil }
    let number = Words.difference(top)
    self.init(low: "-\(number)", high: "+\(number)", scopes: scopes, isDiverging: true)
  }
}

extension Legend {
  /// The colours of the attention on the screen.
  init?(_ state: State) {
    guard let computation = state.computation else { return nil }
    let (quantity, unit) = HeadPicture.quantityOfHeads(state)
    self.init(
      quantity, top: state.top(of: state.head, in: computation), unit: unit,
      heads: state.range == .all && !state.showsSegments ? "all heads" : "this head")
  }

  /// The colours of a picture between tokens, from 0 to `top`, which has been multiplied by `unit`.
  init(_ quantity: HeadPicture.Quantity, top: Float, unit: Float = 1, heads: String? = nil) {
    let number = Words.fixed(Double(top), 2) + AttributionWords.factor(unit, Signs(glyphs: .ascii))
    let short = quantity == .probability ? ["p"] : []
    self.init(
      low: "0", high: number, scopes: (heads.map { ["\(quantity.name), \($0)"] } ?? []) + [quantity.name] + short)
  }
}
