import Support

/// How a network is trained.
package struct TrainingArguments: Sendable, Equatable {
  /// Whether only the prediction layer is trained, on features of a frozen encoder.
  package var onlyHead = false
  /// How often all sentences are seen; not looked at where `steps` is given. Nil: `defaultEpochs`.
  package var epochs: Int?
  package var steps: Int?
  package var batchSize = 16
  /// Nil: 2e-4, or 1e-2 where only the prediction layer is trained.
  package var learningRate: Double?
  /// Of the prediction layer. Nil: `learningRate` where that is given, else 1e-3, or 1e-2 where nothing else is trained.
  package var headLearningRate: Double?
  package var weightDecay = 0.01
  /// Below 1 a share of all steps, else steps.
  package var warmup = 0.0
  package var dropout = 0.0
  package var seed = 0
  package var shuffles = true
  /// Held-out sentences are looked at after every so many steps; nil: after the last.
  package var evaluateEvery: Int?

  package init() {}

  package var usedLearningRate: Double { learningRate ?? (onlyHead ? 1e-2 : 2e-4) }
  package var usedHeadLearningRate: Double { headLearningRate ?? learningRate ?? (onlyHead ? 1e-2 : 1e-3) }

  /// Three, as Hugging Face's Trainer has it; twenty where only the prediction layer is trained, which takes little time.
  package var usedEpochs: Int { epochs ?? (onlyHead ? 20 : 3) }

  /// How many batches so many sentences make.
  package func batchCount(sentences: Int) -> Int {
    let size = max(1, min(batchSize, sentences))
    return (sentences + size - 1) / size
  }

  /// How many steps are taken with so many sentences.
  package func stepCount(sentences: Int) -> Int {
    let (count, overflow) = usedEpochs.multipliedReportingOverflow(by: batchCount(sentences: sentences))
    return steps ?? (overflow ? .max : count)
  }

  package func schedule(sentences: Int) -> LinearSchedule {
    let steps = stepCount(sentences: sentences)
    let warmup = warmup < 1 ? Int(saturating: warmup * Double(steps)) ?? 0 : Int(saturating: warmup) ?? 0
    return LinearSchedule(steps: steps, warmup: min(warmup, steps))
  }
}

/// Which sentences a step sees.
package struct BatchOrder: Sendable {
  private let count: Int
  private let batchSize: Int
  private let shuffles: Bool
  private let seed: UInt64
  private var epoch = -1
  private var order: [Int] = []

  /// The batches of `count` sentences; each epoch has an order of its own where it `shuffles`.
  package init(count: Int, batchSize: Int, shuffles: Bool, seed: Int) {
    self.count = count
    self.batchSize = max(1, min(batchSize, count))
    self.shuffles = shuffles
    self.seed = UInt64(bitPattern: Int64(seed))
  }

  /// The sentences of a step, counted from 0. The last batch of an epoch may be short.
  package mutating func batch(step: Int) -> [Int] {
    guard count > 0 else { return [] }
    let batches = (count + batchSize - 1) / batchSize
    let wanted = step / batches
    if wanted != epoch {
      epoch = wanted
      order = Array(0..<count)
      if shuffles {
        var generator = SeededGenerator(seed: mixed(seed) &+ UInt64(wanted))
        order.shuffle(using: &generator)
      }
    }
    let first = step % batches * batchSize
    return Array(order[first..<min(count, first + batchSize)])
  }
}
