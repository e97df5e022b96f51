/// `...ForMaskedLM`: logits[token] = (norm(f(W h + b)) · embedding[token]) + bias[token].
struct MaskedLMTop: Sendable {
  let plan: MaskedLMPlan
  let dense: DenseLayer
  let norm: NormLayer
  /// [vocabulary, size]; nil where it is the embeddings of words.
  let decoder: ParameterTable?
  /// [vocabulary]
  let bias: ParameterTable
  let vocabulary: Int

  struct Record<Real: BinaryFloatingPoint & Sendable> {
    /// The hidden states that are looked at, [place, hidden].
    let hidden: Numbers<Real>
    let inner: Numbers<Real>
    let activated: Numbers<Real>
    let normalized: Numbers<Real>
    /// [place, vocabulary]
    let logits: Numbers<Real>
  }

  private var size: Int { norm.size }

  private func matrix<A: Arithmetic>(_ words: UnsafePointer<A.Real>, _ pass: Pass<A>) -> UnsafePointer<A.Real> {
    decoder.map { pass.values + $0.offset } ?? words
  }

  /// `rows` are those of `hidden`, [row, hidden], at which tokens are predicted.
  func forward<A: Arithmetic>(
    _ hidden: Numbers<A.Real>, rows: [Int], words: UnsafePointer<A.Real>, epsilon: Float, _ pass: Pass<A>
  ) -> Record<A.Real> {
    let picked = Numbers<A.Real>(rows.count * dense.inputs)
    for (place, row) in rows.enumerated() {
      (picked.pointer + place * dense.inputs).update(from: hidden.pointer + row * dense.inputs, count: dense.inputs)
    }
    let inner = pass.dense(dense, picked.pointer, rows: rows.count)
    let activated = pass.activate(plan.activation, inner, rows: rows.count)
    let normalized = pass.norm(norm, activated.pointer, rows: rows.count, epsilon: epsilon)
    let logits = Numbers<A.Real>(rows.count * vocabulary)
    pass.machine.multiply(
      Matrix(normalized.pointer, stride: size), rows: rows.count, inner: size,
      by: Matrix(matrix(words, pass), stride: size), isTransposed: true, columns: vocabulary,
      bias: pass.values + bias.offset, into: logits.pointer, stride: vocabulary)
    return Record(hidden: picked, inner: inner, activated: activated, normalized: normalized, logits: logits)
  }

  /// Differentiates it: returns ∂L/∂hidden of all `count` rows. `gradient` is ∂L/∂logits.
  func backward<A: Arithmetic>(
    _ record: Record<A.Real>, _ gradient: Numbers<A.Real>, rows: [Int], of count: Int,
    words: UnsafePointer<A.Real>, epsilon: Float, _ pass: Pass<A>
  ) -> Numbers<A.Real> {
    if let gradients = pass.gradients {
      if gradients.isTrained[bias.entry] {
        pass.machine.sumColumns(
          gradient.pointer, rows: rows.count, columns: vocabulary,
          adds: gradients.claim(bias.entry..<bias.entry + 1), into: gradients.numbers.pointer + bias.offset)
      }
      let target =
        decoder.map { table in
          gradients.isTrained[table.entry] ? gradients.numbers.pointer + table.offset : nil
        } ?? gradients.words.map { $0.row(0) }
      if let target {
        let adds = decoder.map { gradients.claim($0.entry..<$0.entry + 1) } ?? true
        let (transposed, stride) = pass.machine.transpose(
          Matrix(gradient.pointer, stride: vocabulary), rows: rows.count, columns: vocabulary)
        pass.machine.multiply(
          Matrix(transposed.pointer, stride: stride), rows: vocabulary, inner: rows.count,
          by: Matrix(record.normalized.pointer, stride: size), isTransposed: false, columns: size, adds: adds,
          into: target, stride: size)
      }
    }
    let normalized = Numbers<A.Real>(rows.count * size)
    pass.machine.multiply(
      Matrix(gradient.pointer, stride: vocabulary), rows: rows.count, inner: vocabulary,
      by: Matrix(matrix(words, pass), stride: size), isTransposed: false, columns: size, into: normalized.pointer,
      stride: size)
    let activated = pass.normGradient(
      norm, x: record.activated.copy(), normalized.pointer, rows: rows.count, epsilon: epsilon)
    pass.activationGradient(plan.activation, x: record.inner, activated, rows: rows.count)
    let picked =
      pass.denseGradient(dense, x: record.hidden.pointer, activated.pointer, rows: rows.count) ?? activated
    let result = Numbers<A.Real>(count * dense.inputs, zeroed: true)
    for (place, row) in rows.enumerated() {
      for i in 0..<dense.inputs { result.pointer[row * dense.inputs + i] += picked.pointer[place * dense.inputs + i] }
    }
    return result
  }
}
