import Activations

/// That PAD stood on the left when tokens were marked, so that it is counted in their positions.
public struct LeftPadding: Sendable, Equatable {
  /// How many positions sentences were filled up to; nil for no padding but that of the batch.
  var padTo: Int?
}

extension Exploration {
  /// Puts the crosshair on a pair, by positions of the picture as it is now padded. Numbers below 0 become 0.
  public mutating func mark(query: Int, key: Int) {
    (self.query, self.key) = (max(query, 0), max(key, 0))
    markedUnder = padSide == .left ? LeftPadding(padTo: padTo) : nil
    if survey.visited != nil { survey.visited = nil }
  }
}

extension State {
  /// Where a token that was marked is in the picture now: PAD that comes or goes on the left moves it, and the mark stays on
  /// its word.
  func present(_ position: Int) -> Int {
    guard let encoding = tokenComputation?.encoding, !encoding.isCross,
      exploration.markedUnder != nil || encoding.request.padSide == .left
    else {
      return position
    }
    let (input, request) = (encoding.input, encoding.request)
    let real = input.realCount
    let left = request.padSide == .left ? input.count - real : 0
    var leftThen = 0
    if let then = exploration.markedUnder {
      // The longest of the batch is known where it is what the sentence is filled up to.
      let longest = input.count > request.padTo ?? 0 ? input.count : real
      leftThen = max(min(then.padTo ?? 0, model.maximumPositions), longest) - real
    }
    guard leftThen != left else { return position }
    let place = position - leftThen
    if (0..<real).contains(place) { return left + place }
    let pad = place < 0 ? position : place - real
    return left > 0 ? min(pad, left - 1) : real + pad
  }
}
