import Activations
import Explorer
import Insights

/// Where a NaN or an infinity on the screen comes from, in words: its cause is where it is first seen, and everything after
/// that only passes it on.
struct OddWords {
  let steps: HeadSteps
  let trace: AttentionTrace

  /// From long to short; empty where every number of the query's row and context is finite.
  var wordings: [String] {
    // Only where there is something odd in sight is the whole trace searched.
    guard (steps.probabilities + steps.context + steps.queryVector).contains(where: { !$0.isFinite }),
      let odd = OddNumber.first(in: trace)
    else { return [] }
    let place = OddPlace(odd: odd, names: steps.names, countFrom: steps.countFrom)
    return [
      "\(place.kind)! It is first seen in \(place.place): \(place.cause). All that comes after only passes it on.",
      "\(place.kind)! First seen in \(place.place): \(place.cause).", "\(place.kind), first seen in \(place.place)",
    ]
  }
}
