/// A token that is found in the text before the model sees it, such as `[MASK]`.
struct AddedToken: Sendable, Equatable {
  var content: String
  /// Only where no word character stands next to it.
  var singleWord = false
  /// Takes white space to its left with it.
  var lstrip = false
  /// Takes white space to its right with it.
  var rstrip = false
  /// Looked for, in its normalized form, in the normalized text.
  var normalized = true
  var special = false
}

/// All added tokens of a tokenizer. Source: `AddedVocabulary` of Hugging Face's `tokenizers`.
struct AddedVocabulary: Sendable {
  private struct Entry {
    var token: AddedToken
    /// What the token looks like after normalization, where that is something else.
    var normalizedContent: String?
  }

  private var entries: [Int32: Entry] = [:]
  private var idOfContent: [[UInt8]: Int32] = [:]
  /// Finds the tokens that are looked for in the original text.
  private var plain = ByteTrie()
  /// Finds those that are looked for in the normalized text.
  private var normalized = ByteTrie()
  /// Whether white space is what Python calls so.
  private var hasPythonSpaces = false

  init() {}

  /// Gives every token its id: that of the model's vocabulary if it has the token, else the next one after it.
  ///
  /// The ids that the file itself gives to added tokens are not used, exactly as in Hugging Face's `tokenizers`.
  init(
    _ tokens: [AddedToken], vocabulary: Vocabulary, normalize: ((inout NormalizedText) -> Void)?
  ) throws(AddedTokenConflict) {
    var nextID = vocabulary.count
    for token in tokens where !token.content.isEmpty {
      let bytes = Array(token.content.utf8)
      let id: Int32
      if let known = idOfContent[bytes] ?? vocabulary.id(of: token.content) {
        id = known
      } else {
        id = Int32(truncatingIfNeeded: nextID)
        if let other = vocabulary.token(id) {
          throw AddedTokenConflict(token: token.content, id: id, other: other)
        }
        nextID += 1
      }
      var normalizedContent: String?
      if token.normalized, let normalize {
        var text = NormalizedText(original: bytes)
        normalize(&text)
        if text.bytes != bytes { normalizedContent = String(decoding: text.bytes, as: UTF8.self) }
      }
      idOfContent[bytes] = id
      entries[id] = Entry(token: token, normalizedContent: normalizedContent)
    }
    // Of tokens that look the same after normalization, the one with the lowest id is found.
    for (id, entry) in entries.sorted(by: { $0.key > $1.key }) {
      var content = entry.normalizedContent ?? entry.token.content
      content.withUTF8 { content in
        if entry.token.normalized {
          normalized.insert(content, value: id)
        } else {
          plain.insert(content, value: id)
        }
      }
    }
  }

  /// Tokens that have their ids, all of them looked for in the original text.
  ///
  /// Source: `PythonBackend` of Hugging Face's `transformers`, where several ids may stand for one text.
  init(_ tokens: [(id: Int32, token: AddedToken)]) {
    hasPythonSpaces = true
    for (id, token) in tokens {
      let bytes = Array(token.content.utf8)
      idOfContent[bytes] = id
      entries[id] = Entry(token: token, normalizedContent: nil)
      bytes.withUnsafeBufferPointer { plain.insert($0, value: id) }
    }
  }

  /// The highest id plus one.
  var idBound: Int { Int((entries.keys.max() ?? -1) + 1) }

  var specialIDs: Set<Int32> { Set(entries.filter(\.value.token.special).keys) }

  func id(of content: String) -> Int32? { idOfContent[Array(content.utf8)] }

  func token(_ id: Int32) -> String? {
    entries[id].map { $0.normalizedContent ?? $0.token.content }
  }

  /// Makes the tokens that are looked for in the original text pieces of their own.
  func splitOriginal(_ text: inout PreTokenizedText) { split(&text, at: plain) }

  /// The same with those that are looked for in the normalized text.
  func splitNormalized(_ text: inout PreTokenizedText) { split(&text, at: normalized) }

  private func split(_ text: inout PreTokenizedText, at trie: ByteTrie) {
    if trie.isEmpty { return }
    text.split { piece, parts in
      var done = 0
      var offset = 0
      while let (match, id) = trie.nextMatch(in: piece, from: offset), let token = entries[id]?.token {
        offset = match.upperBound
        var (start, end) = (match.lowerBound, match.upperBound)
        if token.singleWord, touchesWord(piece, start..<end) { continue }
        if token.lstrip {
          // Spaces that belong to the match before are left to it.
          while start > 0 {
            let (scalar, length) = piece.scalar(before: start)
            guard isSpace(scalar) else { break }
            start -= length
          }
          start = max(start, done)
        }
        if token.rstrip {
          while end < piece.count {
            let (scalar, length) = piece.scalar(at: end)
            guard isSpace(scalar) else { break }
            end += length
          }
        }
        // A match may lie in the spaces that the one before has taken with it.
        end = max(end, start)
        if done < start { parts.add(done..<start) }
        parts.add(start..<end, addedToken: id)
        done = end
      }
      if done < piece.count { parts.add(done..<piece.count) }
    }
  }

  private func isSpace(_ scalar: UInt32) -> Bool {
    hasPythonSpaces ? PythonSpaces.contains(scalar) : CharacterClasses.shared[scalar].contains(.whitespace)
  }

  private func touchesWord(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    let classes = CharacterClasses.shared
    let before = range.lowerBound > 0 && classes[text.scalar(before: range.lowerBound).value].contains(.word)
    return before || range.upperBound < text.count && classes[text.scalar(at: range.upperBound).value].contains(.word)
  }
}

/// An added token would get the id of another token.
struct AddedTokenConflict: Error {
  let token: String
  let id: Int32
  let other: String
}
