/// What BERT does to a text before it is split. Source: `BertNormalizer` of Hugging Face's `tokenizers`.
struct BertNormalizer {
  /// Leave out control characters, and make every white space a plain space.
  var cleanText = true
  /// Put spaces around CJK ideographs, so that each becomes a word.
  var handleChineseChars = true
  /// Leave out nonspacing marks after decomposition; nil does what `lowercase` says.
  var stripAccents: Bool?
  var lowercase = true

  func normalize(_ text: inout NormalizedText) {
    if cleanText || handleChineseChars { text.transform(clean) }
    if stripAccents ?? lowercase {
      text.transform(stripAccents)
    } else if lowercase {
      text.transform { $0.lowercase() }
    }
  }

  private func clean(_ text: inout Transformation) {
    let source = text.source
    let classes = CharacterClasses.shared
    var offset = 0
    // The first byte that has neither been kept nor replaced.
    while offset < source.count {
      let byte = source[offset]
      if byte &- 0x20 < 0x5F {
        offset += 1
        continue
      }
      let (scalar, length) = source.scalar(at: offset)
      let next = offset + length
      let kinds = classes[scalar]
      if cleanText, scalar == 0 || scalar == 0xFFFD || kinds.contains(.other) {
        text.keep(upTo: offset)
        text.drop(upTo: next)
      } else if cleanText, kinds.contains(.whitespace) {
        text.keep(upTo: offset)
        text.emit(0x20, change: 0)
      } else if handleChineseChars, Self.isChinese(scalar) {
        text.keep(upTo: offset)
        text.emit(0x20, change: 0)
        text.emit(scalar, change: 1)
        text.emit(0x20, change: 1)
      }
      offset = next
    }
    text.keep(upTo: source.count)
  }

  private func stripAccents(_ text: inout Transformation) {
    let source = text.source
    let classes = CharacterClasses.shared
    var decomposition = Decomposition(isCompatibility: false)
    // The text as a class instance would be captured; inout parameters cannot be, so marks are put by a local function.
    func put(_ item: Decomposition.Item, _ text: inout Transformation) {
      let alignment = text.take(change: Int(item.change))
      if classes[item.scalar].contains(.nonspacingMark) { return }
      if lowercase {
        CaseMapping.lowercase(item.scalar) { text.put($0, alignment) }
      } else {
        text.put(item.scalar, alignment)
      }
    }
    var offset = 0
    while offset < source.count {
      if source[offset] < 0x80 {
        decomposition.finish { put($0, &text) }
        let end = source.endOfASCII(in: offset..<source.count)
        if lowercase {
          text.lowercaseASCII(upTo: end)
        } else {
          text.keep(upTo: end)
        }
        offset = end
        continue
      }
      let (scalar, length) = source.scalar(at: offset)
      if Decomposition.isFixed(scalar), !classes[scalar].contains(.nonspacingMark) {
        decomposition.finish { put($0, &text) }
        if lowercase {
          var change = 0
          CaseMapping.lowercase(scalar) {
            text.emit($0, change: change)
            change = 1
          }
        } else {
          text.emit(scalar, change: 0)
        }
      } else {
        decomposition.take(scalar) { put($0, &text) }
      }
      offset += length
    }
    decomposition.finish { put($0, &text) }
  }

  /// The blocks that BERT calls Chinese. That U+2B820 to U+2B91F are missing is how Hugging Face has it.
  static func isChinese(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F, 0x2B920...0x2CEAF,
      0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }
}

extension Transformation {
  /// Takes everything that is left and puts its lower case.
  mutating func lowercase() {
    while offset < source.count {
      let end = source.endOfASCII(in: offset..<source.count)
      lowercaseASCII(upTo: end)
      guard end < source.count else { return }
      var change = 0
      CaseMapping.lowercase(source.scalar(at: end).value) {
        emit($0, change: change)
        change = 1
      }
    }
  }
}
