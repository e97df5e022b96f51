/// The sum of embeddings of tokens, positions and token types, normalized and projected.
struct EmbeddingLayer: Sendable {
  let plan: EmbeddingsPlan
  let positions: ParameterTable?
  let tokenTypes: ParameterTable?
  let norm: NormLayer
  let projection: DenseLayer?

  struct Record<Real: BinaryFloatingPoint & Sendable> {
    /// The sum, [row, size].
    let sum: Numbers<Real>
    /// What the norm got, where that is not the sum: its projection.
    let projected: Numbers<Real>?
    /// What the norm gave, after dropout.
    let normalized: Numbers<Real>
    let output: Numbers<Real>
  }

  private func type(_ sentence: Batch.Sentence, _ place: Int) -> Int {
    // Where there is one type, all tokens have it.
    (tokenTypes?.shape[0] ?? 1) == 1 ? 0 : Int(sentence.input.tokenTypeIDs[place])
  }

  func forward<A: Arithmetic>(
    words: UnsafePointer<A.Real>, _ batch: Batch, epsilon: Float, _ pass: Pass<A>
  ) -> Record<A.Real> {
    let (rows, size) = (batch.rows, plan.size)
    let sum = Numbers<A.Real>(rows * size)
    for sentence in batch.sentences {
      for (place, row) in sentence.rows.enumerated() {
        let target = sum.pointer + row * size
        target.update(from: words + Int(sentence.input.inputIDs[place]) * size, count: size)
        func add(_ table: ParameterTable?, _ id: Int) {
          guard let table else { return }
          let source = pass.values + table.offset + id * size
          for i in 0..<size { target[i] += source[i] }
        }
        add(tokenTypes, type(sentence, place))
        add(positions, sentence.positionIDs[place])
      }
    }
    func project(_ x: Numbers<A.Real>) -> Numbers<A.Real> {
      projection.map { pass.dense($0, x.pointer, rows: rows) } ?? x
    }
    let projected = plan.projectsFirst ? project(sum) : sum
    let normalized = pass.norm(norm, projected.pointer, rows: rows, epsilon: epsilon)
    pass.drop(normalized, at: .embeddings)
    return Record(
      sum: sum, projected: plan.projectsFirst ? projected : nil, normalized: normalized,
      output: plan.projectsFirst ? normalized : project(normalized))
  }

  /// Differentiates it with respect to all parameters; returns ∂L/∂sum, [row, size].
  @discardableResult
  func backward<A: Arithmetic>(
    _ record: Record<A.Real>, _ gradient: Numbers<A.Real>, _ batch: Batch, epsilon: Float, _ pass: Pass<A>
  ) -> Numbers<A.Real> {
    let rows = batch.rows
    func project(_ x: Numbers<A.Real>, _ gradient: Numbers<A.Real>) -> Numbers<A.Real> {
      projection.flatMap { pass.denseGradient($0, x: x.pointer, gradient.pointer, rows: rows) } ?? gradient
    }
    var gradient = plan.projectsFirst ? gradient.copy() : project(record.normalized, gradient)
    pass.drop(gradient, at: .embeddings)
    // The norm's backward pass changes its input; projected sums are needed no more, others are.
    gradient = pass.normGradient(
      norm, x: record.projected.map { $0 === record.sum ? $0.copy() : $0 } ?? record.sum.copy(), gradient.pointer,
      rows: rows, epsilon: epsilon)
    if plan.projectsFirst { gradient = project(record.sum, gradient) }
    addRows(gradient, batch, pass)
    return gradient
  }

  /// Adds each row of `gradient` to those of the embeddings that it is the sum of.
  private func addRows<A: Arithmetic>(_ gradient: Numbers<A.Real>, _ batch: Batch, _ pass: Pass<A>) {
    guard let gradients = pass.gradients else { return }
    let size = plan.size
    gradients.words?.prepare(batch.sentences.flatMap { $0.input.inputIDs.map(Int.init) })
    let tables = [positions, tokenTypes].compactMap(\.self).filter { gradients.isTrained[$0.entry] }
    for table in tables { gradients.prepare(table.entry) }
    for sentence in batch.sentences {
      for (place, row) in sentence.rows.enumerated() {
        let source = gradient.pointer + row * size
        func add(to target: UnsafeMutablePointer<A.Real>?) {
          guard let target else { return }
          for i in 0..<size { target[i] += source[i] }
        }
        func target(in table: ParameterTable?, _ id: Int) -> UnsafeMutablePointer<A.Real>? {
          table.flatMap {
            gradients.isTrained[$0.entry] ? gradients.numbers.pointer + $0.offset + id * size : nil
          }
        }
        add(to: gradients.words?.row(Int(sentence.input.inputIDs[place])))
        add(to: target(in: tokenTypes, type(sentence, place)))
        add(to: target(in: positions, sentence.positionIDs[place]))
      }
    }
  }
}
