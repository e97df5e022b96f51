import Activations

extension Encoding {
  /// The same with pieces of words joined into words: the attention to a word is the sum over its pieces, the attention from a word
  /// the mean over them (Clark et al. 2019, section 4.1), so that a word's attention still sums to 1. Vectors are means over the
  /// pieces. Scores cannot be joined so: those of joined vectors say nothing.
  public func joined(_ words: WordGroups) -> Encoding {
    Encoding(
      request: request, input: input.joined(words), mask: mask.joined(words), modeMask: modeMask.joined(words),
      trace: AttentionTrace(
        layers: trace.layers.map { $0.joined(words) }, hiddenStates: trace.hiddenStates.map { $0.meanRows(words) }),
      predictions: predictions?.map {
        MaskPrediction(position: words.index(at: $0.position), candidates: $0.candidates, original: $0.original)
      })
  }
}

extension TokenizedInput {
  fileprivate func joined(_ words: WordGroups) -> TokenizedInput {
    func first<Value>(_ values: [Value]) -> [Value] { words.ranges.map { values[$0.lowerBound] } }
    // Places count tokens that are not PAD.
    var places: [Int] = []
    var place = -1
    for range in words.ranges where attentionMask[range.lowerBound] {
      place += 1
      places += range.map { _ in place }
    }
    var joined = TokenizedInput(
      inputIDs: first(inputIDs), tokenTypeIDs: first(tokenTypeIDs),
      tokens: words.ranges.map { $0.joined(tokens) },
      offsets: words.ranges.map { range in
        let (start, end) = (offsets[range.lowerBound].lowerBound, offsets[range.upperBound - 1].upperBound)
        return start..<max(start, end)
      }, specialTokensMask: first(specialTokensMask), sequenceIDs: first(sequenceIDs),
      attentionMask: first(attentionMask), droppedTokens: droppedTokens,
      replacedTokens: replacedTokens.compactMap { token in
        places.indices.contains(token.place) ? ReplacedToken(place: places[token.place], original: token.original) : nil
      }, isByteLevel: isByteLevel)
    // Of byte-level pieces the bytes are joined: a piece may hold a part of a character.
    if namesInText.count == count, !isByteLevel { joined.namesInText = words.ranges.map { $0.joined(namesInText) } }
    return joined
  }
}

extension Range<Int> {
  /// Pieces of one word as one, without WordPiece's mark of a piece that goes on.
  fileprivate func joined(_ pieces: [String]) -> String {
    guard count > 1 else { return pieces[lowerBound] }
    return map { position in
      let piece = pieces[position]
      return position > lowerBound && piece.hasPrefix("##") ? piece.dropFirst(2) : piece[...]
    }.joined()
  }
}

extension AttentionMask {
  /// A word may attend to another one where a piece of it may attend to a piece of that.
  fileprivate func joined(_ words: WordGroups) -> AttentionMask {
    var allowed: [Bool] = []
    allowed.reserveCapacity(words.ranges.count * words.ranges.count)
    for queries in words.ranges {
      for keys in words.ranges {
        allowed.append(queries.contains { query in keys.contains { self[query, $0] } })
      }
    }
    return AttentionMask(size: words.ranges.count, allowed: allowed)
  }
}

extension LayerTrace {
  fileprivate func joined(_ words: WordGroups) -> LayerTrace {
    let count = words.ranges.count
    let all = attentionProbabilities
    let joined = Tensor(shape: [heads, count, count]) { buffer in
      for head in 0..<heads {
        for (place, value) in words.aggregated(all[slice: head]).values().enumerated() {
          buffer[head * count * count + place] = value
        }
      }
    }
    return LayerTrace(
      queries: queries.meanPositions(words), keys: keys.meanPositions(words), values: values.meanPositions(words),
      attentionProbabilities: joined, contextLayer: contextLayer.meanPositions(words), mask: mask.joined(words),
      scale: scale, outputProjection: outputProjection, ablations: ablations)
  }
}

extension Tensor {
  /// Means over the positions of each word of [position, size].
  fileprivate func meanRows(_ words: WordGroups) -> Tensor {
    let size = shape[1]
    return Tensor(shape: [words.ranges.count, size]) { buffer in
      buffer.update(repeating: 0)
      for (word, positions) in words.ranges.enumerated() {
        let share = 1 / Float(positions.count)
        for position in positions {
          for (place, value) in row(position).enumerated() { buffer[word * size + place] += value * share }
        }
      }
    }
  }

  /// The same of [head, position, size].
  fileprivate func meanPositions(_ words: WordGroups) -> Tensor {
    let (heads, count, size) = (shape[0], words.ranges.count, shape[2])
    return Tensor(shape: [heads, count, size]) { buffer in
      for head in 0..<heads {
        let rows = self[slice: head].meanRows(words).values()
        for (place, value) in rows.enumerated() { buffer[head * count * size + place] = value }
      }
    }
  }
}
