import Activations

extension EncoderDescription {
  /// What to say when a model with damaged weights has been loaded; nil where they are as they should be.
  var damageNotice: String? {
    guard let first = damagedTensors.first else { return nil }
    let rest = damagedTensors.count > 1 ? " (and \(damagedTensors.count - 1) more)" : ""
    return "\(first)\(rest): the file is damaged, or training diverged; ! says what comes of it"
  }
}
