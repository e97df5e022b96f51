import Glibc
import Support

/// Jieba, which divides Chinese texts into words: the way through the words of a dictionary that is most probable.
///
/// Source: `cut` of jieba-rs without its hidden Markov model, as `rjieba.tokenize(text, hmm=False)` calls it.
final class Jieba: Sendable {
  /// Words by their characters, one after the other: node and character lead to a node.
  private let children: [UInt64: UInt32]
  /// How often the word of a node was counted, as a logarithm; NaN where it ends none.
  private let logarithms: [Double]
  /// The logarithm of all counts.
  private let total: Double

  /// How many words there are, and what their counts add up to: two numbers that tell one dictionary from another.
  let words: Int
  let count: Int

  /// - Parameter dictionary: A word, a count and what else may follow on every line.
  /// - Returns: nil where a line is something else, or there is none.
  init?(dictionary: [UInt8]) {
    var children: [UInt64: UInt32] = [:]
    children.reserveCapacity(dictionary.count / 9)
    // How often the word of each node was counted; 0 where it ends none.
    var counts = [0]
    var (words, count) = (0, 0)
    for line in Lines(of: dictionary).lines where !line.isEmpty {
      let fields = line.split(separator: 0x20, maxSplits: 2)
      guard fields.count >= 2, let number = Int(decimal: fields[1], in: 1...1 << 40),
        count <= Int.max >> 1
      else { return nil }
      var node: UInt32 = 0
      for scalar in String(decoding: fields[0], as: UTF8.self).unicodeScalars {
        let next = UInt32(truncatingIfNeeded: counts.count)
        let child = children[Self.key(node, scalar.value), default: next]
        if child == next {
          children[Self.key(node, scalar.value)] = next
          counts.append(0)
        }
        node = child
      }
      // Of equal words the last one counts.
      if counts[Int(node)] == 0 { words += 1 }
      count += number - counts[Int(node)]
      counts[Int(node)] = number
    }
    guard words > 0 else { return nil }
    self.children = children
    logarithms = counts.map { $0 > 0 ? log(Double($0)) : .nan }
    self.words = words
    self.count = count
    total = log(Double(count))
  }

  private static func key(_ node: UInt32, _ scalar: UInt32) -> UInt64 { UInt64(node) << 32 | UInt64(scalar) }

  /// The ends of all words, and of all that stands between them, in bytes.
  func cut(_ text: UnsafeBufferPointer<UInt8>) -> [Int] {
    var scalars: [(value: UInt32, end: Int)] = []
    var offset = 0
    while offset < text.count {
      let (value, length) = text.scalar(at: offset)
      offset += length
      scalars.append((value, offset))
    }
    var ends: [Int] = []
    var index = 0
    while index < scalars.count {
      var end = index
      while end < scalars.count, Self.isWord(scalars[end].value) { end += 1 }
      if end > index {
        cut(scalars[index..<end], into: &ends)
        index = end
      } else {
        let isLineEnd = scalars[index].value == 0x0D && index + 1 < scalars.count && scalars[index + 1].value == 0x0A
        index += isLineEnd ? 2 : 1
        ends.append(scalars[index - 1].end)
      }
    }
    return ends
  }

  /// What words are made of; everything else stands by itself.
  private static func isWord(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x23, 0x25, 0x26, 0x2B, 0x2D, 0x2E, 0x5F: true
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
      0x2B820...0x2CEAF, 0x2CEB0...0x2EBEF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }

  private static func isLetterOrDigit(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }

  /// The most probable way through a block; ASCII letters and digits that are words by themselves are joined.
  private func cut(_ block: ArraySlice<(value: UInt32, end: Int)>, into ends: inout [Int]) {
    let start = block.startIndex
    // From each character on: how probable the rest is, and where its first word ends.
    var best: [(probability: Double, end: Int)] = Array(repeating: (0, 0), count: block.count + 1)
    for index in block.indices.reversed() {
      var (found, end) = (-Double.infinity, index + 1)
      var node: UInt32 = 0
      for next in index..<block.endIndex {
        let child = children[Self.key(node, block[next].value)]
        var logarithm = child.map { logarithms[Int($0)] } ?? .nan
        // A character that is no word counts as one that was seen once.
        if logarithm.isNaN, next == index { logarithm = 0 }
        if !logarithm.isNaN {
          let probability = logarithm - total + best[next + 1 - start].probability
          // Of equal ones the longest.
          if probability >= found { (found, end) = (probability, next + 1) }
        }
        guard let child else { break }
        node = child
      }
      best[index - start] = (found, end)
    }
    var index = start
    var joinsBefore = false
    while index < block.endIndex {
      let end = best[index - start].end
      let joins = end == index + 1 && Self.isLetterOrDigit(block[index].value)
      if joins, joinsBefore { ends.removeLast() }
      ends.append(block[end - 1].end)
      (index, joinsBefore) = (end, joins)
    }
  }
}

/// Words of Jieba that the vocabulary has, and the others with every Chinese character by itself.
///
/// Source: `JiebaPreTokenizer` of Hugging Face's `transformers`, which RoFormer has.
struct JiebaWords: Sendable {
  let jieba: Jieba
  let vocabulary: Vocabulary

  func split(_ piece: UnsafeBufferPointer<UInt8>, into parts: inout PreTokenizedText.Parts) {
    var start = 0
    for end in jieba.cut(piece) {
      defer { start = end }
      if vocabulary.id(of: UnsafeBufferPointer(rebasing: piece[start..<end])) != nil {
        parts.add(start..<end)
        continue
      }
      var (first, offset) = (start, start)
      while offset < end {
        let (scalar, length) = piece.scalar(at: offset)
        let isSpace = PythonSpaces.contains(scalar)
        if isSpace || BertNormalizer.isChinese(scalar) {
          parts.add(first..<offset)
          if !isSpace { parts.add(offset..<offset + length) }
          first = offset + length
        }
        offset += length
      }
      parts.add(first..<end)
    }
  }
}
