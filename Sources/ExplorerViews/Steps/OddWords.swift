import Activations
import Explorer
import Insights

/// Where a NaN or an infinity on the screen comes from, in words: its cause is where it is first seen, and everything after
/// that only passes it on.
struct OddWords {
  let steps: HeadSteps
  let computation: Computation

  /// From long to short; empty where every number of the query's row and context is finite.
  var wordings: [String] {
    // Only where there is something odd in sight is the whole trace searched.
    guard (steps.probabilities + steps.context + steps.queryVector).contains(where: { !$0.isFinite }),
      let odd
    else { return [] }
    let place = OddPlace(odd: odd, names: steps.names, countFrom: steps.countFrom)
    return [
      "\(place.kind)! It is first seen in \(place.place): \(place.cause). All that comes after only passes it on.",
      "\(place.kind)! First seen in \(place.place): \(place.cause).", "\(place.kind), first seen in \(place.place)",
    ]
  }

  /// What was found when it was computed, but for words that were joined since.
  private var odd: OddNumber? {
    if computation.joined == nil, let odd = computation.oddNumber { return odd }
    let trace = computation.encoding.trace
    return trace.isReadInParts ? nil : OddNumber.first(in: trace)
  }
}
