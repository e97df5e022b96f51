import Activations
import Encoders
import TestSupport
import Testing

@testable import Training

/// Training runs against transformers and torch.
@Suite struct GoldenTests {
  private func difference(_ a: [Double], _ b: [Double]) -> Double {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).reduce(0) { max($0, ($1.0 - $1.1).isNaN ? .infinity : abs($1.0 - $1.1)) }
  }

  @Test(
    "first gradients, 20 losses, logits and attention afterwards are the reference's", arguments: ReferenceRun.names)
  func everything(name: String) throws {
    let reference = try ReferenceRun(name)
    let run = try ClassificationRun(
      reference.pretrained, labels: reference.labels, reference.examples, reference.arguments)
    #expect(run.newParameters == [])
    run.differentiate()
    let gradients = run.gradients()
    var worst = Worst()
    for name in reference.gradientNames {
      let mine = try #require(gradients[name], "no gradient of \(name)").values().map(Double.init)
      let expected = try reference.gradient(name, count: mine.count)
      worst.note(difference(mine, expected) / max(expected.map(abs).max() ?? 0, 1e-3), name)
    }
    print("golden training, \(name): gradients \(worst)")
    #expect(worst.value < 1e-3)
    try finish(run, reference, "all")
  }

  @Test("only the head is trained, and the encoder keeps its bits", arguments: ReferenceRun.names)
  func onlyTheHead(name: String) throws {
    let reference = try ReferenceRun(name)
    var arguments = reference.arguments
    arguments.onlyHead = true
    let run = try ClassificationRun(reference.pretrained, labels: reference.labels, reference.examples, arguments)
    try finish(run, reference, "head")
    let (before, after) = (
      try ClassificationRun(reference.pretrained, labels: reference.labels, reference.examples, arguments).snapshot(),
      run.snapshot()
    )
    #expect(Set(run.gradients().names) == reference.headParameters)
    for name in after.names {
      let moved = before[name]?.values().map(\.bitPattern) != after[name]?.values().map(\.bitPattern)
      #expect(moved == reference.headParameters.contains(name), "\(name)")
    }
    // The bits that they began with, too.
    let store = reference.pretrained.store
    let base = reference.pretrained.architecture.basePrefix
    for name in after.names where !reference.headParameters.contains(name) {
      let original = store[name] ?? store[String(name.dropFirst(base.count))]
      #expect(original?.values().map(\.bitPattern) == after[name]?.values().map(\.bitPattern), "\(name)")
    }
  }

  private func finish(_ run: ClassificationRun, _ reference: ReferenceRun, _ kind: String) throws {
    var losses: [Double] = []
    while !run.isFinished { losses.append(try run.takeStep().loss) }
    let lossDifference = difference(losses, try reference.values("\(kind).losses"))
    let first = abs(try #require(losses.first) - (try reference.values("loss.first_batch")[0]))

    // As they are shown: with the forward pass of every other command.
    let parameters = run.snapshot()
    let name = reference.pretrained.name
    let shown = try makeEncoder(configuration: run.configuration, parameters: parameters, name: name)
    let head = try SentenceClassifier(reference.pretrained.architecture, labels: run.labels, parameters)
    var (logits, attention): ([Double], [Double]) = ([], [])
    for (index, input) in reference.examples.inputs.enumerated() {
      let trace = try shown.run(input, mask: AttentionMask(.keys, attentionMask: input.attentionMask))
      logits += head.logits(try #require(trace.hiddenStates.last), input)
      if index == 0 { attention = trace.layers.flatMap { $0.attentionProbabilities.values().map(Double.init) } }
    }
    let logitDifference = difference(logits, try reference.values("\(kind).logits"))
    let attentionDifference = difference(attention, try reference.values("\(kind).attentions"))
    print(
      "golden training, \(name), \(kind): losses \(lossDifference), the first \(first), logits \(logitDifference), attention \(attentionDifference)"
    )
    #expect(lossDifference < 1e-3 && first < 2e-5 && logitDifference < 5e-3 && attentionDifference < 1e-3)
  }
}
