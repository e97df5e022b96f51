/// The gradient of a loss with respect to the parameters that are trained.
final class Gradients<Real: BinaryFloatingPoint & Sendable> {
  let layout: ParameterLayout
  /// As `layout` says. Of what has not been written, nothing is set.
  let numbers: Numbers<Real>
  /// Which entries are trained.
  let isTrained: [Bool]
  /// Which entries hold a gradient: those that the loss depends on.
  private(set) var isWritten: [Bool]
  /// Of the embeddings of words; nil where those are not trained.
  let words: WordGradients<Real>?

  init(_ layout: ParameterLayout, isTrained: [Bool], words: WordGradients<Real>?) {
    self.layout = layout
    self.isTrained = isTrained
    self.words = words
    isWritten = [Bool](repeating: false, count: layout.entries.count)
    numbers = Numbers(layout.count)
  }

  /// Forgets everything, for the next step.
  func reset() {
    for index in isWritten.indices { isWritten[index] = false }
    words?.reset()
  }

  /// Whether the gradient of some entries, which are written together, is wanted.
  func wants(_ entries: Range<Int>) -> Bool { !entries.isEmpty && isTrained[entries.lowerBound] }

  /// Says that some entries are about to be written, and whether what they hold already is to be added to.
  func claim(_ entries: Range<Int>) -> Bool {
    let adds = entries.contains { isWritten[$0] }
    for entry in entries {
      if adds { prepare(entry) }
      isWritten[entry] = true
    }
    return adds
  }

  /// Sets an entry to zero before its first numbers are added; for those who add only.
  func prepare(_ entry: Int) {
    guard !isWritten[entry] else { return }
    isWritten[entry] = true
    let range = layout.entries[entry].range
    (numbers.pointer + range.lowerBound).update(repeating: 0, count: range.count)
  }
}

/// The gradient of the embeddings of words: of some rows, or of all where they also predict words.
final class WordGradients<Real: BinaryFloatingPoint & Sendable> {
  let size: Int
  /// How many rows the table has.
  let rows: Int
  /// Whether there is a number for every row.
  let isDense: Bool
  /// The rows that have a gradient, in the order in which they came.
  private(set) var ids: [Int] = []
  private var places: [Int: Int] = [:]
  private(set) var numbers: Numbers<Real>

  init(rows: Int, size: Int, isDense: Bool) {
    self.rows = rows
    self.size = size
    self.isDense = isDense
    numbers = Numbers(isDense ? rows * size : 0, zeroed: true)
  }

  func reset() {
    ids = []
    places = [:]
    if isDense { numbers.pointer.update(repeating: 0, count: rows * size) }
  }

  /// Makes room for rows of the embeddings with these ids.
  func prepare(_ wanted: some Sequence<Int>) {
    guard !isDense else { return }
    for id in wanted where places[id] == nil {
      places[id] = ids.count
      ids.append(id)
    }
    numbers = Numbers(ids.count * size, zeroed: true)
  }

  /// Where the gradient of a row lies; it has to have been prepared.
  func row(_ id: Int) -> UnsafeMutablePointer<Real> { numbers.pointer + (isDense ? id : places[id] ?? 0) * size }
}
