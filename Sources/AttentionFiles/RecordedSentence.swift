import Activations
import JSON
import Support

/// One item of a file's batch: its tokens, and what was asked for.
struct RecordedSentence: Sendable {
  let text: String
  /// The tokens that are attended to.
  let keys: TokenizedInput
  /// Those that attend, where they are others.
  let queries: TokenizedInput?
}

/// The sentences of a stack, from the words of the file, or from lists of tokens that were given.
struct RecordedSentences: Sendable {
  private(set) var sentences: [RecordedSentence] = []
  /// Whether queries and keys are tokens of different sentences.
  let isCross: Bool
  /// Whether the tokens' names are known.
  let hasNames: Bool
  /// Whether it is known which positions are PAD.
  let knowsPadding: Bool

  /// - Parameters:
  ///   - given: lists of tokens from elsewhere, for both axes, or for queries and keys.
  ///   - seen: which keys are no PAD, as the numbers show it, [item, key]; taken where the file does not say.
  init(
    _ stack: ArrayStack, of contents: ArrayFile, given: [TokenLists], seen: @autoclosure () -> [[Bool]]?
  ) throws(AttentionFileError) {
    let words = FileTokens(contents: contents)
    var keyLists = given.last ?? words.lists(.keys, of: stack.name)
    var queryLists = given.first ?? words.lists(.queries, of: stack.name)
    isCross =
      stack.queries != stack.keys || stack.name.contains("cross")
      || queryLists.map { lists in keyLists.map { $0 != lists } ?? false } ?? false
    if !isCross, keyLists == nil { keyLists = queryLists }
    if !isCross { queryLists = nil }
    hasNames = keyLists != nil && (!isCross || queryLists != nil)
    let label: MessageText = "\(contents.path)"
    try RecordedSentences.check(keyLists, stack, stack.keys, isCross ? "keys" : "tokens", label)
    if isCross { try RecordedSentences.check(queryLists, stack, stack.queries, "queries", label) }
    let keyMasks = words.attentionMask(.keys, of: stack.name, items: stack.items, length: stack.keys) ?? seen()
    let queryMasks = words.attentionMask(.queries, of: stack.name, items: stack.items, length: stack.queries)
    knowsPadding = keyMasks != nil
    let export = ExportWords(contents, items: stack.items)
    for item in 0..<stack.items {
      if let export, !isCross, given.isEmpty, let sentence = export.sentence(item, length: stack.keys, keyMasks?[item])
      {
        sentences.append(sentence)
        continue
      }
      func named(_ lists: TokenLists?, _ count: Int, _ mask: [[Bool]]?) -> NamedTokens {
        // A list for one item of several is for all of them.
        let names = lists.map { $0.lists[min(item, $0.lists.count - 1)] } ?? (0..<count).map { "\($0)" }
        return NamedTokens(names, count: count, attentionMask: mask?[item])
      }
      let keys = named(keyLists, stack.keys, keyMasks)
      guard isCross else {
        sentences.append(RecordedSentence(text: keys.text, keys: keys.input, queries: nil))
        continue
      }
      let queries = named(queryLists, stack.queries, queryMasks)
      sentences.append(
        RecordedSentence(text: "\(queries.text) <- \(keys.text)", keys: keys.input, queries: queries.input))
    }
  }

  private static func check(
    _ lists: TokenLists?, _ stack: ArrayStack, _ length: Int, _ name: String, _ label: MessageText
  ) throws(AttentionFileError) {
    guard let lists else { return }
    guard lists.lists.count == stack.items || lists.lists.count == 1 else {
      throw AttentionFileError(
        "\(label): there are \(lists.lists.count) lists of \(words: name), and \(stack.items) items in the batch")
    }
    for list in lists.lists where list.count > length || stack.items == 1 && list.count != length {
      throw AttentionFileError(
        "\(label): there are \(list.count) \(words: name), the attention is between \(stack.queries) queries and \(stack.keys) keys"
      )
    }
  }
}

/// What an export of ours says of its sentences.
struct ExportWords {
  /// What was asked for.
  let request: EncodeRequest
  /// Whether every sentence was computed without PAD, and lies in the corner of what the longest takes.
  let isAlone: Bool
  let family: String?
  let model: String?
  private let tokens: [[String]]
  private let specials: [[Bool]]?
  private let sequences: [[Int?]]?
  private let offsets: [[Range<Int>]]?
  private let padding: [Int]?
  private let ids: [[Int32]]?
  private let types: [[Int32]]?
  private let isByteLevel: Bool
  private let dropped: [Int]

  /// Nil where the file is none of ours.
  init?(_ contents: ArrayFile, items: Int) {
    func json(_ name: String) -> [JSONValue]? {
      contents.metadata[name].flatMap { try? JSONValue(parsing: $0) }?.arrayValue
    }
    guard contents.metadata["program"]?.hasPrefix("headscope") == true,
      let texts = json("texts")?.compactMap(\.stringValue),
      texts.count == items, let tokens = json("tokens"), tokens.count == items
    else { return nil }
    let known = tokens.map { ($0.arrayValue ?? []).compactMap(\.stringValue) }
    self.tokens = known
    request = EncodeRequest(
      texts: texts, pair: contents.metadata["pair"], padTo: contents.metadata["pad_to"].flatMap { Int(decimal: $0) },
      padSide: contents.metadata["pad_side"].flatMap(PadSide.init) ?? .right,
      maskMode: contents.metadata["mask"].flatMap(MaskMode.init) ?? .keys)
    isAlone = contents.metadata["alone"] == "true"
    family = contents.metadata["family"]
    model = contents.metadata["model"]
    func lists<Value>(_ name: String, _ read: (JSONValue) -> Value?) -> [[Value]]? {
      guard let lists = json(name), lists.count == items else { return nil }
      let values = lists.map { ($0.arrayValue ?? []).compactMap(read) }
      return zip(values, known).allSatisfy { $0.count == $1.count } ? values : nil
    }
    specials = lists("special_tokens_mask") { $0.intValue.map { $0 != 0 } }
    sequences = lists("sequence_ids") { value in value.intValue.map { $0 < 0 ? Int?.none : $0 } }
    offsets = lists("offsets") { value in
      guard let start = value[0]?.intValue, let end = value[1]?.intValue, start >= 0, start <= end else { return nil }
      return start..<end
    }
    padding = json("padding")?.compactMap(\.intValue)
    dropped = json("dropped_tokens")?.compactMap(\.intValue) ?? []
    isByteLevel = contents.metadata["byte_level"] == "true"
    ids = contents["input_ids"].flatMap { $0.integers(items: items) }
    types = contents["token_type_ids"].flatMap { $0.integers(items: items) }
  }

  /// A sentence as it was tokenized; nil where what the file says of it does not fit together.
  func sentence(_ item: Int, length: Int, _ attentionMask: [Bool]?) -> RecordedSentence? {
    let tokens = tokens[item]
    let count = tokens.count
    guard count > 0, count <= length, isAlone || count == length else { return nil }
    let mask = Array((mask(item, count) ?? attentionMask ?? []).prefix(count))
    guard let ids = ids?[item].prefix(count), ids.count == count, let specials = specials?[item],
      let sequences = sequences?[item], let offsets = offsets?[item], mask.count == count
    else {
      // One of an earlier version.
      let named = NamedTokens(tokens, count: count, attentionMask: attentionMask.map { Array($0.prefix(count)) })
      return RecordedSentence(text: request.texts[item], keys: named.input, queries: nil)
    }
    var input = TokenizedInput(
      inputIDs: Array(ids), tokenTypeIDs: types.map { Array($0[item].prefix(count)) } ?? ids.map { _ in 0 },
      tokens: tokens,
      offsets: offsets, specialTokensMask: specials, sequenceIDs: sequences, attentionMask: mask,
      droppedTokens: dropped.indices.contains(item) ? dropped[item] : 0, isByteLevel: isByteLevel)
    input.spell(as: [request.texts[item]] + (request.pair.map { [$0] } ?? []))
    return RecordedSentence(text: request.texts[item], keys: input, queries: nil)
  }

  /// False for PAD. Without masking, `attention_mask` says that PAD counts as a word.
  private func mask(_ item: Int, _ count: Int) -> [Bool]? {
    guard let padding, padding.indices.contains(item), (0...count).contains(padding[item]) else { return nil }
    let pad = padding[item]
    return (0..<count).map { request.padSide == .right ? $0 < count - pad : $0 >= pad }
  }
}
