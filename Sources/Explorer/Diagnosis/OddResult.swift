import Activations

/// What is said at once where a result holds numbers that are none; the list of what looks odd has their cause.
enum OddResult {
  static func isIn(_ computation: Computation) -> Bool { !computation.isFinite }

  /// From long to short.
  static let wordings = [
    "NaN or infinity among the numbers of this result: what is drawn of it means nothing. ! traces it to its cause.",
    "NaN or infinity among these numbers: ! traces it to its cause.", "NaN among these numbers: ! says why", "NaN: !",
  ]
}

extension EncoderDescription {
  /// What to say when a model with damaged weights has been loaded; nil where they are as they should be.
  var damageNotice: String? {
    guard let first = damagedTensors.first else { return nil }
    let rest = damagedTensors.count > 1 ? " (and \(damagedTensors.count - 1) more)" : ""
    return "\(first)\(rest): the file is damaged, or training diverged; ! says what comes of it"
  }
}
