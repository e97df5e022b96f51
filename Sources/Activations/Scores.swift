/// The scores of a layer, computed again from its queries and keys: keeping them would double what a trace holds.
extension LayerTrace {
  /// What the softmax sees where the mask lets it through, [head, query, key]: QKᵀ × scale, and what the family adds.
  public func scaledScores() -> Tensor { scores(of: 0..<heads, positions, finish: addBias) }

  /// The scaled scores, [head, query, key], and -infinity where the mask blocks the pair.
  public func maskedScores() -> Tensor { scores(of: 0..<heads, positions, finish: addBiasAndMask) }

  /// The scaled scores of some queries of a head, [queries, key].
  public func scaledScores(head: Int, queries: Range<Int>) -> Tensor {
    scores(of: head..<head + 1, queries, finish: addBias)[slice: 0]
  }

  /// The scaled scores of some queries of a head, [queries, key], and -infinity where the mask blocks the pair.
  public func maskedScores(head: Int, queries: Range<Int>) -> Tensor {
    scores(of: head..<head + 1, queries, finish: addBiasAndMask)[slice: 0]
  }

  private var positions: Range<Int> { 0..<queries.shape[1] }

  private func addBias(head: Int, query: Int, row: UnsafeMutableBufferPointer<Float>) {
    guard let scoreBias else { return }
    for key in row.indices { row[key] += scoreBias[head, query, key] }
  }

  private func addBiasAndMask(head: Int, query: Int, row: UnsafeMutableBufferPointer<Float>) {
    for key in row.indices {
      row[key] = mask[query, key] ? row[key] + (scoreBias?[head, query, key] ?? 0) : -.infinity
    }
  }

  /// QKᵀ × scale of some queries of some heads, [heads, queries, key]; `finish` is given every row once.
  private func scores(
    of heads: Range<Int>, _ rows: Range<Int>,
    finish: (_ head: Int, _ query: Int, _ row: UnsafeMutableBufferPointer<Float>) -> Void
  ) -> Tensor {
    let (positions, headSize) = (queries.shape[1], queries.shape[2])
    return Tensor(shape: [heads.count, rows.count, positions]) { result in
      withExtendedLifetime((queries.storage, keys.storage)) {
        var start = 0
        for head in heads {
          for query in rows {
            let row = UnsafeMutableBufferPointer(rebasing: result[start..<start + positions])
            start += positions
            let queryRow = queries.rowPointer(head, query)
            for key in 0..<positions {
              let product = dotProduct(
                queryRow, queries.strides[2], keys.rowPointer(head, key), keys.strides[2], count: headSize)
              row[key] = product * scale
            }
            finish(head, query, row)
          }
        }
      }
    }
  }
}

extension Tensor {
  /// Where the last axis of a tensor with three axes starts.
  fileprivate func rowPointer(_ i: Int, _ j: Int) -> UnsafePointer<Float> {
    UnsafePointer(storage.pointer + offset + i * strides[0] + j * strides[1])
  }
}

/// Σ a[i] b[i], with eight running sums where both lie without gaps.
private func dotProduct(
  _ a: UnsafePointer<Float>, _ strideA: Int, _ b: UnsafePointer<Float>, _ strideB: Int, count: Int
) -> Float {
  var index = 0
  var sum: Float = 0
  if strideA == 1, strideB == 1 {
    var sums = SIMD8<Float>.zero
    let (rawA, rawB) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
    while index + 8 <= count {
      let offset = index * MemoryLayout<Float>.stride
      sums +=
        rawA.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
        * rawB.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
      index += 8
    }
    sum = sums.sum()
  }
  while index < count {
    sum += a[index * strideA] * b[index * strideB]
    index += 1
  }
  return sum
}
