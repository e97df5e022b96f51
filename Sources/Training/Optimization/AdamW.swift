import Compute

/// AdamW (Loshchilov & Hutter 2019), with β₁ = 0.9, β₂ = 0.999, ε = 1e-8 as Hugging Face's Trainer has them, and gradients
/// clipped to a global norm (Pascanu, Mikolov, Bengio 2013).
///
/// Rows of the embeddings of words that no step has touched only decay: their decay is carried out when they are first
/// looked up, or stored.
final class AdamW<A: Arithmetic> {
  typealias Real = A.Real

  private let machine: Machine<A>
  private let weights: Weights<Real>
  private let weightDecay: Double
  /// Means of the gradients and of their squares, of all entries.
  private let means: Numbers<Real>
  private let squares: Numbers<Real>
  private(set) var steps = 0

  /// What rows that no step has touched are still to be multiplied by.
  private(set) var wordScale = 1.0
  private var wordMeans: [Int: Numbers<Real>] = [:]
  private var wordSquares: [Int: Numbers<Real>] = [:]
  private var touched: [Int] = []

  static var maximumNorm: Double { 1 }

  /// `trainedCount`: how many numbers of entries are trained; where there are none, nothing is kept for them.
  init(_ weights: Weights<Real>, weightDecay: Double, on machine: Machine<A>) {
    self.machine = machine
    self.weights = weights
    self.weightDecay = weightDecay
    means = Numbers(weights.layout.count, zeroed: true)
    squares = Numbers(weights.layout.count, zeroed: true)
  }

  func isTouched(_ row: Int) -> Bool { wordMeans[row] != nil }

  /// Carries out the decay of rows that are about to be looked up.
  func touch(_ rows: some Sequence<Int>) {
    let size = weights.layout.words.shape[1]
    for row in rows where wordMeans[row] == nil {
      wordMeans[row] = Numbers(size, zeroed: true)
      wordSquares[row] = Numbers(size, zeroed: true)
      touched.append(row)
      guard wordScale != 1 else { continue }
      let target = weights.words.pointer + row * size
      for i in 0..<size { target[i] *= Real(wordScale) }
    }
  }

  /// The Euclidean norm of all gradients.
  func norm(of gradients: Gradients<Real>) -> Double {
    let parts = parts(of: gradients)
    let sums = UnsafeMutablePointer<Double>.allocate(capacity: parts.count + 1)
    defer { sums.deallocate() }
    machine.team.forEach(parts.count) { part, _ in
      sums[part] = machine.arithmetic.sumOfSquares(
        gradients.numbers.pointer + parts[part].first, count: parts[part].count)
    }
    var total = (0..<parts.count).reduce(0.0) { $0 + sums[$1] }
    if let words = gradients.words {
      total += machine.arithmetic.sumOfSquares(words.numbers.pointer, count: words.numbers.count)
    }
    return total.squareRoot()
  }

  /// Takes a step with the given learning rates; gradients whose norm is above the maximum are scaled down to it.
  func step(_ gradients: Gradients<Real>, norm: Double, rate: Double, headRate: Double) {
    steps += 1
    let scale = min(1, Self.maximumNorm / (norm + 1e-6))
    func factors(_ rate: Double, decays: Bool) -> AdamWFactors {
      AdamWFactors(
        gradientScale: Float(scale), beta1: 0.9, beta2: 0.999,
        rate: Float(rate / (1 - power(0.9, steps))), squareScale: Float(1 / (1 - power(0.999, steps)).squareRoot()),
        epsilon: 1e-8, decay: Float(1 - (decays ? rate * weightDecay : 0)))
    }
    let parts = parts(of: gradients)
    machine.team.forEach(parts.count) { part, _ in
      let (entry, first, count) = (parts[part].entry, parts[part].first, parts[part].count)
      let place = weights.layout.entries[entry]
      machine.arithmetic.adamW(
        weights.values.pointer + first, gradients.numbers.pointer + first, means.pointer + first,
        squares.pointer + first, count: count, factors(place.isInHead ? headRate : rate, decays: place.decays))
    }
    guard let words = gradients.words else { return }
    let size = words.size
    if words.isDense { touch(0..<words.rows) }
    touch(words.ids)
    wordScale *= 1 - rate * weightDecay
    let zeros = Numbers<Real>(size, zeroed: true)
    let present = Set(words.ids)
    let all = factors(rate, decays: true)
    machine.team.forEach(touched.count, alone: touched.count * size < 16_384) { index, _ in
      let row = touched[index]
      guard let means = wordMeans[row], let squares = wordSquares[row] else { return }
      let gradient = words.isDense || present.contains(row) ? words.row(row) : zeros.pointer
      machine.arithmetic.adamW(
        weights.words.pointer + row * size, gradient, means.pointer, squares.pointer, count: size, all)
    }
  }

  private struct Part {
    let entry: Int
    let first: Int
    let count: Int
  }

  /// Pieces of the entries that have a gradient, of a size that does not depend on the number of threads.
  private func parts(of gradients: Gradients<Real>) -> [Part] {
    let most = 65_536
    return weights.layout.entries.indices.filter { gradients.isWritten[$0] && gradients.isTrained[$0] }.flatMap {
      index in
      let entry = weights.layout.entries[index]
      return stride(from: 0, to: entry.count, by: most).map {
        Part(entry: index, first: entry.offset + $0, count: min(most, entry.count - $0))
      }
    }
  }

  private func power(_ base: Double, _ exponent: Int) -> Double { exponential(Double(exponent) * logarithm(base)) }
}
