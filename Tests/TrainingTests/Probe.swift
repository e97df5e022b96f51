import Activations
import Compute
import Encoders

@testable import Training

/// A network, its parameters and a batch: its loss, and the loss' gradient.
final class Probe<A: Arithmetic> {
  /// What is to be predicted.
  enum Target {
    case labels([Int])
    case tokens(rows: [Int], ids: [Int])
  }

  let network: Network
  let weights: Weights<A.Real>
  let gradients: Gradients<A.Real>
  let machine: Machine<A>
  let batch: Batch
  let target: Target
  var dropout: Dropout?

  init(
    _ tiny: TinyNetwork, _ inputs: [TokenizedInput], masks: [AttentionMask]? = nil, _ target: Target, seed: UInt64 = 1,
    on machine: Machine<A>
  ) throws {
    let architecture = try tiny.architecture()
    let task: PredictionTask
    if case .labels = target { task = .classification(labels: TinyNetwork.labels) } else { task = .maskedLM }
    network = try Network(architecture, task)
    weights = try Weights(network, from: tiny.store(seed: seed), drawsHead: false, seed: 0)
    let layout = network.layout
    gradients = Gradients(
      layout, isTrained: layout.entries.map { _ in true },
      words: WordGradients(rows: layout.words.shape[0], size: layout.words.shape[1], isDense: task == .maskedLM))
    batch = Batch(inputs, masks: masks, for: architecture)
    self.machine = machine
    self.target = target
  }

  private var words: UnsafePointer<A.Real> { UnsafePointer(weights.words.pointer) }

  /// The loss; with its gradient where that is asked for.
  @discardableResult
  func loss(
    withGradients: Bool = false, observe: ((Int, Network.LayerGradients<A.Real>) -> Void)? = nil
  ) -> Double {
    if withGradients { gradients.reset() }
    let pass = Pass(
      machine: machine, values: UnsafePointer(weights.values.pointer), gradients: withGradients ? gradients : nil,
      dropout: dropout)
    let epsilon = network.architecture.epsilon
    let encoded = network.encode(batch, words: words, pass)
    let (loss, gradient): (Double, Numbers<A.Real>)
    switch (network.head, target) {
    case (.classification(let head), .labels(let labels)):
      let record = head.forward(
        head.pool(encoded.output, batch, pass), sentences: labels.count, epsilon: epsilon, pass)
      let (value, logits) = CrossEntropyLoss.value(record.logits, labels: labels)
      guard withGradients else { return value }
      let pooled = head.backward(record, logits, sentences: labels.count, epsilon: epsilon, pass)
      (loss, gradient) = (value, head.poolGradient(pooled, batch, pass))
    case (.maskedLM(let head), .tokens(let rows, let ids)):
      let record = head.forward(encoded.output, rows: rows, words: words, epsilon: epsilon, pass)
      let (value, logits) = CrossEntropyLoss.value(record.logits, labels: ids)
      guard withGradients else { return value }
      loss = value
      gradient = head.backward(record, logits, rows: rows, of: batch.rows, words: words, epsilon: epsilon, pass)
    default: return .nan
    }
    network.differentiate(encoded, gradient, batch, pass, observe: observe)
    return loss
  }

  /// A parameter: its name, where its numbers lie, and the gradient that was computed last.
  struct Parameter {
    let name: String
    let numbers: UnsafeMutablePointer<A.Real>
    let gradient: [Double]
  }

  /// All parameters.
  func parameters() -> [Parameter] {
    let layout = network.layout
    var result = layout.entries.enumerated().map { index, entry in
      Parameter(
        name: entry.name, numbers: weights.values.pointer + entry.offset,
        gradient: (0..<entry.count).map {
          gradients.isWritten[index] ? Double(gradients.numbers.pointer[entry.offset + $0]) : 0
        })
    }
    let size = layout.words.shape[1]
    let gradient = (0..<layout.words.count).map { index in
      guard let words = gradients.words, words.isDense || words.ids.contains(index / size) else { return 0.0 }
      return Double(words.row(index / size)[index % size])
    }
    result.append(Parameter(name: layout.words.name, numbers: weights.words.pointer, gradient: gradient))
    return result
  }
}

/// The largest of some differences, and where it was found.
struct Worst: CustomStringConvertible {
  private(set) var value = 0.0
  private(set) var place = "nowhere"

  mutating func note(_ difference: Double, _ where: @autoclosure () -> String) {
    if !(difference <= value) { (value, place) = (difference.isNaN ? .infinity : difference, `where`()) }
  }

  var description: String { "\(value) (\(place))" }
}

extension Probe where A.Real == Double {
  /// The gradient of every parameter, or of every so manieth number, against central differences: the largest difference relative
  /// to the tensor's largest gradient, or to 1e-3 if that is larger.
  func checkGradients(every step: Int = 1) -> Worst {
    loss(withGradients: true)
    var worst = Worst()
    let width = 1e-5
    var count = 0
    for parameter in parameters() {
      let scale = max(parameter.gradient.map(abs).max() ?? 0, 1e-3)
      for (index, gradient) in parameter.gradient.enumerated() {
        count += 1
        guard count % step == 0 else { continue }
        let value = parameter.numbers[index]
        parameter.numbers[index] = value + width
        let above = loss()
        parameter.numbers[index] = value - width
        let below = loss()
        parameter.numbers[index] = value
        worst.note(abs(gradient - (above - below) / (2 * width)) / scale, "\(parameter.name)[\(index)]")
      }
    }
    return worst
  }
}
