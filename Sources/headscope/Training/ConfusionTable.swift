import Activations
import Explorer
import Exporting
import Support
import Training

/// How often each label is taken for each: a row for the label that a sentence has, a column for the one that it is given.
struct ConfusionTable {
  private let labels: [String]
  /// [true label, given label]
  private var counts: [[Int]]

  init(_ classifier: Classifier, _ data: LabelledData) throws {
    labels = classifier.labels
    counts = Array(repeating: Array(repeating: 0, count: classifier.labels.count), count: classifier.labels.count)
    let model = classifier.model
    let examples = try ClassificationExamples(
      data, labels: labels, model.tokenizer, maximum: model.description.maximumPositions,
      embeddings: model.description.vocabularySize)
    for (input, label) in zip(examples.inputs, examples.labels) {
      let logits = try classifier.classify(input).logits
      counts[label][logits.indices.max { logits[$0] < logits[$1] } ?? 0] += 1
    }
  }

  func write(to output: OutputFile) throws {
    var table = TextTable(
      columns: [.init("label")] + labels.map { .init("as \($0)", .trailing) } + [.init("correct", .trailing)])
    for (row, label) in labels.enumerated() {
      let all = counts[row].reduce(0, +)
      let share = all == 0 ? "-" : Words.fixed(Double(counts[row][row]) / Double(all), 3)
      table.add([label] + counts[row].map(String.init) + [share])
    }
    let all = counts.joined().reduce(0, +)
    let correct = labels.indices.reduce(0) { $0 + counts[$1][$1] }
    try output.append(table.description)
    try output.append("accuracy \(Words.fixed(Double(correct) / Double(max(1, all)), 4)), on \(all) sentences\n")
  }
}
