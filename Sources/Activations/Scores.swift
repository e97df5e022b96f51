/// The scores of a layer, computed again from its queries and keys: keeping them would double what a trace holds.
extension LayerTrace {
  /// What the softmax sees where the mask lets it through, [head, query, key]: QKᵀ × scale, and what the family adds.
  public func scaledScores() -> Tensor {
    scores { head, query, row in
      guard let scoreBias else { return }
      for key in row.indices { row[key] += scoreBias[head, query, key] }
    }
  }

  /// The scaled scores, [head, query, key], and -infinity where the mask blocks the pair.
  public func maskedScores() -> Tensor {
    scores { head, query, row in
      for key in row.indices {
        row[key] = mask[query, key] ? row[key] + (scoreBias?[head, query, key] ?? 0) : -.infinity
      }
    }
  }

  /// QKᵀ × scale; `finish` is given every row once.
  private func scores(finish: (_ head: Int, _ query: Int, _ row: UnsafeMutableBufferPointer<Float>) -> Void) -> Tensor {
    let (heads, positions, headSize) = (queries.shape[0], queries.shape[1], queries.shape[2])
    return Tensor(shape: [heads, positions, positions]) { result in
      withExtendedLifetime((queries.storage, keys.storage)) {
        for head in 0..<heads {
          for query in 0..<positions {
            let start = (head * positions + query) * positions
            let row = UnsafeMutableBufferPointer(rebasing: result[start..<start + positions])
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
