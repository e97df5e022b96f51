import Activations
import Explorer

/// What is said at once where a result holds numbers that are none; the list of what looks odd has their cause.
enum OddResult {
  static func isIn(_ computation: Computation) -> Bool { !computation.isFinite }

  /// From long to short.
  static let wordings = [
    "NaN or infinity among the numbers of this result: what is drawn of it means nothing. ! traces it to its cause.",
    "NaN or infinity among these numbers: ! traces it to its cause.", "NaN among these numbers: ! says why", "NaN: !",
  ]
}
