import Activations
import Explorer

/// The line that is shown at once when a result holds NaN or infinity; the list of oddities has the cause.
enum OddResult {
  static func isIn(_ computation: Computation) -> Bool { !computation.isFinite }

  /// From long to short.
  static let wordings = [
    "NaN or infinity among the numbers of this result: what is drawn of it means nothing. ! traces it to its cause.",
    "NaN or infinity among these numbers: ! traces it to its cause.", "NaN among these numbers: ! says why", "NaN: !",
  ]
}
