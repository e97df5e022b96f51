/// Puts texts and special tokens together as a template says, one template for single texts and one for pairs.
///
/// Source: `TemplateProcessing` of Hugging Face's `tokenizers`.
struct TemplateProcessing: Sendable {
  enum Part: Sendable {
    /// The first (0) or the second (1) text.
    case sequence(Int, typeID: Int32)
    case special([Int32], typeID: Int32)
  }

  let single: [Part]
  let pair: [Part]

  func addedTokens(isPair: Bool) -> Int {
    (isPair ? pair : single).reduce(0) { count, part in
      if case .special(let ids, _) = part { count + ids.count } else { count }
    }
  }

  func process(_ encodings: [TokenizedText]) -> [TokenizedText] {
    (encodings.count == 2 ? pair : single).map { part in
      switch part {
      case .special(let ids, let typeID):
        return TokenizedText(special: ids, typeID: typeID)
      case .sequence(let index, let typeID):
        guard encodings.indices.contains(index) else { return TokenizedText() }
        var encoding = encodings[index]
        encoding.setTypeID(typeID)
        return encoding
      }
    }
  }

  var specialIDs: [Int32] {
    (single + pair).flatMap { part -> [Int32] in
      if case .special(let ids, _) = part { ids } else { [] }
    }
  }
}
