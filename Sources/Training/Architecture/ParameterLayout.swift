/// Where the parameters of a network lie in memory: one behind the other, in the order in which they were added.
///
/// The embeddings of words lie apart from them, because a step changes few of their rows.
package struct ParameterLayout: Sendable {
  /// A parameter.
  package struct Entry: Sendable {
    /// By Hugging Face's name, from the root of a checkpoint with a head.
    package let name: String
    package let shape: [Int]
    /// The index of its first number.
    let offset: Int
    /// Whether weight decay applies: not to biases, nor to the parameters of norms.
    let decays: Bool
    /// Whether it lies outside Hugging Face's base model.
    package let isInHead: Bool

    package var count: Int { shape.reduce(1, *) }
    var range: Range<Int> { offset..<offset + count }
  }

  package private(set) var entries: [Entry] = []
  /// How many numbers all entries have.
  package private(set) var count = 0
  /// The embeddings of words, [vocabulary, size], which are no entry.
  package let words: Entry

  init(words name: String, rows: Int, size: Int) {
    words = Entry(name: name, shape: [rows, size], offset: 0, decays: true, isInHead: false)
  }

  private mutating func add(_ name: String, _ shape: [Int], decays: Bool, isInHead: Bool) -> Entry {
    let entry = Entry(name: name, shape: shape, offset: count, decays: decays, isInHead: isInHead)
    entries.append(entry)
    count += entry.count
    return entry
  }

  mutating func dense(_ plan: DensePlan, isInHead: Bool = false) -> DenseLayer {
    let first = entries.count
    let weights = plan.names.map {
      add("\($0).weight", [plan.outputs, plan.inputs], decays: true, isInHead: isInHead)
    }
    let biases =
      plan.hasBias ? plan.names.map { add("\($0).bias", [plan.outputs], decays: false, isInHead: isInHead) } : []
    return DenseLayer(
      weight: weights.first?.offset ?? count, bias: biases.first?.offset, inputs: plan.inputs,
      outputs: plan.allOutputs, weightEntries: first..<first + weights.count,
      biasEntries: first + weights.count..<entries.count)
  }

  mutating func norm(_ plan: NormPlan, size: Int, isInHead: Bool = false) -> NormLayer {
    let index = entries.count
    let weight = add("\(plan.name).weight", [size], decays: false, isInHead: isInHead)
    let bias = plan.hasBias ? add("\(plan.name).bias", [size], decays: false, isInHead: isInHead) : nil
    return NormLayer(weight: weight.offset, bias: bias?.offset, size: size, entries: index..<entries.count)
  }

  /// A parameter that is used as it is.
  mutating func table(_ name: String, _ shape: [Int], isInHead: Bool = false) -> ParameterTable {
    let index = entries.count
    let entry = add(name, shape, decays: !name.contains("bias"), isInHead: isInHead)
    return ParameterTable(offset: entry.offset, shape: shape, entry: index)
  }
}

/// Where the parameters of a dense layer lie: y = x Wᵀ + b.
struct DenseLayer: Sendable {
  /// [outputs, inputs]
  let weight: Int
  /// [outputs]
  let bias: Int?
  let inputs: Int
  let outputs: Int
  let weightEntries: Range<Int>
  let biasEntries: Range<Int>

  /// Some of `count` layers whose outputs stand beside each other.
  func parts(_ some: Range<Int>, of count: Int) -> DenseLayer {
    let outputs = outputs / count
    // The entries of the parts, or the one that all share.
    func entries(_ all: Range<Int>) -> Range<Int> {
      all.count > 1 ? all.lowerBound + some.lowerBound..<all.lowerBound + some.upperBound : all
    }
    return DenseLayer(
      weight: weight + some.lowerBound * outputs * inputs, bias: bias.map { $0 + some.lowerBound * outputs },
      inputs: inputs, outputs: outputs * some.count, weightEntries: entries(weightEntries),
      biasEntries: entries(biasEntries))
  }
}

/// Where the parameters of a layer normalization lie.
struct NormLayer: Sendable {
  let weight: Int
  let bias: Int?
  let size: Int
  let entries: Range<Int>
}

/// Where a parameter lies that is used as it is.
struct ParameterTable: Sendable {
  let offset: Int
  let shape: [Int]
  let entry: Int
}
