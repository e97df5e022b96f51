import Activations
import Foundation
import TestSupport
import Testing

/// What a made-up encoding is like.
struct Made: CustomTestStringConvertible, Sendable {
  var words = ["the", "cat", "ran", "over", "there", "."]
  var second: [String] = []
  var pad = 0
  var side = PadSide.right
  var mode = MaskMode.keys
  var layers = 2
  var heads = 3
  var headSize = 4
  /// How far scores lie apart: 0 makes even attention, 10 very sharp one.
  var spread: Float = 3
  var seed: UInt64 = 1

  var testDescription: String {
    "\(words.count)+\(second.count) words, \(pad) PAD \(side), \(mode), spread \(spread), seed \(seed)"
  }

  static let variety = [
    Made(), Made(spread: 0, seed: 2), Made(spread: 12, seed: 3), Made(pad: 4, seed: 4),
    Made(pad: 4, mode: .none, seed: 5), Made(pad: 3, mode: .full, seed: 6), Made(pad: 3, side: .left, seed: 7),
    Made(pad: 3, side: .left, mode: .none, seed: 8), Made(mode: .causal, seed: 9),
    Made(pad: 2, mode: .causal, seed: 10), Made(second: ["dogs", "bark", "!"], pad: 2, seed: 11),
    Made(words: [], seed: 12),
    Made(words: (0..<39).map { "w\($0)" }, pad: 7, mode: .none, layers: 1, heads: 2, seed: 13),
    Made(words: (0..<70).map { "w\($0)" }, layers: 1, heads: 1, seed: 14),
  ]
}

extension TokenizedInput {
  /// [CLS] words [SEP], and second [SEP] where there is a second text; words stand one space apart.
  init(_ words: [String], second: [String] = [], pad: Int = 0, side: PadSide = .right) {
    var tokens: [String] = []
    var offsets: [Range<Int>] = []
    var sequences: [Int?] = []
    var types: [Int32] = []
    func add(_ token: String, _ range: Range<Int>, _ sequence: Int?, _ type: Int32) {
      tokens.append(token)
      offsets.append(range)
      sequences.append(sequence)
      types.append(type)
    }
    func add(_ words: [String], _ sequence: Int) {
      var start = 0
      for word in words {
        let length = word.unicodeScalars.count
        add(word, start..<start + length, sequence, Int32(sequence))
        start += length + 1
      }
      add("[SEP]", 0..<0, nil, Int32(sequence))
    }
    add("[CLS]", 0..<0, nil, 0)
    add(words, 0)
    if !second.isEmpty { add(second, 1) }
    self.init(
      inputIDs: tokens.map {
        $0 == "[CLS]" ? 101 : $0 == "[SEP]" ? 102 : 1000 + Int32($0.utf8.reduce(0) { $0 * 7 % 997 + Int($1) })
      },
      tokenTypeIDs: types, tokens: tokens, offsets: offsets, specialTokensMask: sequences.map { $0 == nil },
      sequenceIDs: sequences, attentionMask: tokens.map { _ in true })
    self = padded(to: count + pad, side: side, with: SpecialToken(id: 0, content: "[PAD]"))
  }
}

extension Encoding {
  /// An encoding with random queries, keys, values and hidden states, and the probabilities and contexts that follow.
  init(_ made: Made) {
    var random = SeededGenerator(seed: made.seed)
    let input = TokenizedInput(made.words, second: made.second, pad: made.pad, side: made.side)
    let mask = AttentionMask(made.mode, attentionMask: input.attentionMask)
    let hidden = made.heads * made.headSize
    func tensor(_ shape: [Int]) -> Tensor {
      Tensor(shape: shape) { for index in $0.indices { $0[index] = random.float(-1...1) } }
    }
    let layers = (0..<made.layers).map { _ in
      let vectors = [made.heads, input.count, made.headSize]
      return LayerTrace(
        queries: tensor(vectors), keys: tensor(vectors), values: tensor(vectors), mask: mask, scale: made.spread)
    }
    let states = (0...made.layers).map { _ in tensor([input.count, hidden]) }
    self.init(
      request: EncodeRequest(texts: [made.words.joined(separator: " ")], maskMode: made.mode), input: input, mask: mask,
      trace: AttentionTrace(layers: layers, hiddenStates: states))
  }

  /// An encoding of `input` whose only head has these probabilities.
  init(_ probabilities: [[Float]], _ input: TokenizedInput, mode: MaskMode = .keys) {
    let mask = AttentionMask(mode, attentionMask: input.attentionMask)
    let vectors = Tensor(shape: [1, input.count, 1]) { $0.update(repeating: 1) }
    let layer = LayerTrace(
      queries: vectors, keys: vectors, values: vectors,
      attentionProbabilities: Tensor(shape: [1, input.count, input.count], probabilities.flatMap(\.self)),
      contextLayer: vectors, mask: mask, scale: 1)
    let hidden = Tensor(shape: [input.count, 1]) { $0.update(repeating: 1) }
    self.init(
      request: EncodeRequest(texts: ["made up"], maskMode: mode), input: input, mask: mask,
      trace: AttentionTrace(layers: [layer], hiddenStates: [hidden, hidden]))
  }
}

extension LayerTrace {
  /// The layer that follows from queries, keys and values, [head, position, headSize], computed in double precision.
  init(queries: Tensor, keys: Tensor, values: Tensor, mask: AttentionMask, scale: Float) {
    let (heads, positions, headSize) = (queries.shape[0], queries.shape[1], queries.shape[2])
    var probabilities = [Float](repeating: 0, count: heads * positions * positions)
    var context = [Float](repeating: 0, count: heads * positions * headSize)
    for head in 0..<heads {
      for query in 0..<positions {
        let exponentials = (0..<positions).map { key -> Double in
          guard mask[query, key] else { return 0 }
          let score = (0..<headSize).map { Double(queries[head, query, $0] * keys[head, key, $0]) }.reduce(0, +)
          return exp(score * Double(scale))
        }
        let sum = exponentials.reduce(0, +)
        guard sum > 0 else { continue }
        for key in 0..<positions {
          let probability = Float(exponentials[key] / sum)
          probabilities[(head * positions + query) * positions + key] = probability
          for i in 0..<headSize {
            context[(head * positions + query) * headSize + i] += probability * values[head, key, i]
          }
        }
      }
    }
    self.init(
      queries: queries, keys: keys, values: values,
      attentionProbabilities: Tensor(shape: [heads, positions, positions], probabilities),
      contextLayer: Tensor(shape: [heads, positions, headSize], context), mask: mask, scale: scale)
  }
}

extension Tensor {
  /// The rows of a [row, column] tensor.
  var rows: [[Double]] { (0..<shape[0]).map { row($0).map(Double.init) } }

  /// The same numbers with the last two axes lying the other way round in memory.
  var withGaps: Tensor {
    let axes = shape.count
    var reversed = shape
    reversed.swapAt(axes - 1, axes - 2)
    let outer = shape.dropLast(2).reduce(1, *)
    let (rows, columns) = (shape[axes - 2], shape[axes - 1])
    let numbers = values()
    let moved = Tensor(shape: reversed) { buffer in
      for i in 0..<outer {
        for row in 0..<rows {
          for column in 0..<columns {
            buffer[i * rows * columns + column * rows + row] = numbers[i * rows * columns + row * columns + column]
          }
        }
      }
    }
    var strides = moved.strides
    strides.swapAt(axes - 1, axes - 2)
    return Tensor(storage: moved.storage, shape: shape, strides: strides)
  }
}

/// Keeps the largest of many differences; NaN counts as infinite.
struct Worst {
  private(set) var difference = 0.0

  mutating func take(_ a: some BinaryFloatingPoint, _ b: some BinaryFloatingPoint) {
    let found = abs(Double(a) - Double(b))
    if !(found <= difference) { difference = found.isNaN ? .infinity : found }
  }
}
