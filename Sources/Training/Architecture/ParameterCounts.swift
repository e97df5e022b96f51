extension Architecture {
  /// How many parameters a classifier of so many labels has, and how many of them lie in its prediction layer.
  package func classifierParameters(labels: Int) throws(TrainingError) -> (all: Int, head: Int) {
    let layout = try Network(self, .classification(labels: labels)).layout
    return (
      layout.count + layout.words.count, layout.entries.reduce(0) { $0 + ($1.isInHead ? $1.count : 0) }
    )
  }
}
