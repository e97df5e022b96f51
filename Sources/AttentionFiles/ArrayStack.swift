import Activations
import Checkpoints
import Safetensors
import Support

/// Attention of all layers, as one array or one a layer hold it: [layer, head, query, key], or a batch of them.
struct ArrayStack: Sendable {
  /// How the axes of one array are to be read.
  private enum Axes {
    case queryKey, headQueryKey, layerHeadQueryKey
    case batchHeadQueryKey
    case batchLayerHeadQueryKey
    case layerBatchHeadQueryKey
  }

  /// What the arrays are called, without the numbers of layers: `cross_attentions`. Empty where the file has no names.
  let name: String
  let items: Int
  let layers: Int
  let heads: Int
  let queries: Int
  let keys: Int
  private let arrays: [StoredTensor]
  private let axes: Axes

  /// How many bytes all probabilities of an item take as float32; saturates.
  var bytes: Int {
    [layers, heads, queries, keys].reduce(MemoryLayout<Float>.stride) {
      let (product, overflow) = $0.multipliedReportingOverflow(by: $1)
      return overflow ? .max : product
    }
  }

  /// Where the probabilities of a head begin, in row-major order of its array.
  private func place(item: Int, layer: Int, head: Int) -> (array: StoredTensor, first: Int) {
    let map = queries * keys
    switch axes {
    case .queryKey: return (arrays[layer], 0)
    case .headQueryKey: return (arrays[layer], head * map)
    case .batchHeadQueryKey: return (arrays[layer], (item * heads + head) * map)
    case .layerHeadQueryKey: return (arrays[0], (layer * heads + head) * map)
    case .batchLayerHeadQueryKey: return (arrays[0], ((item * layers + layer) * heads + head) * map)
    case .layerBatchHeadQueryKey: return (arrays[0], ((layer * items + item) * heads + head) * map)
    }
  }

  /// The probabilities of some heads, [heads, queries, keys], of the first queries and keys only where there are fewer.
  ///
  /// - Parameter releases: whether the pages that were read are given back at once.
  func read(item: Int, layer: Int, heads range: Range<Int>, queries count: Int, keys columns: Int, releases: Bool)
    -> Tensor
  {
    Tensor(shape: [range.count, count, columns]) { buffer in
      guard let start = buffer.baseAddress else { return }
      for (index, head) in range.enumerated() {
        let (array, first) = place(item: item, layer: layer, head: head)
        let target = start + index * count * columns
        // What can be read was made sure of when the stack was made.
        if columns == keys {
          try? array.read(first, count: count * columns, into: target)
        } else {
          for query in 0..<count {
            try? array.read(first + query * keys, count: columns, into: target + query * columns)
          }
        }
        if releases { array.release(first..<first + queries * keys) }
      }
    }
  }
}

extension StoredTensor {
  /// Gives the memory of some numbers back, where they lie one behind the other.
  fileprivate func release(_ numbers: Range<Int>) {
    guard strides == nil else { return release() }
    let size = entry.type.size
    file.release(
      entry.range.lowerBound + numbers.lowerBound * size..<entry.range.lowerBound + numbers.upperBound * size)
  }
}

// MARK: Finding them

extension ArrayStack {
  /// All stacks of a file: `attentions` first, then others that are called so, then whatever has the shape.
  ///
  /// - Parameter lists: how many lists of tokens the file has for a name, which tells the axis of the batch; nil where that is not known.
  static func all(in contents: ArrayFile, lists: (String) -> Int?) throws(AttentionFileError) -> [ArrayStack] {
    let weights = contents.arrays.count { $0.entry.name.hasSuffix(".weight") || $0.entry.name.hasSuffix(".bias") }
    guard weights * 2 <= contents.arrays.count else {
      throw AttentionFileError(
        "\(contents.path): holds a model's weights, not attention; explore the model with: headscope --model "
          + "\(shellWord(Files.parent(of: contents.path)))")
    }
    var groups: [(name: String, arrays: [(number: Int?, tensor: StoredTensor)])] = []
    for tensor in contents.arrays where tensor.entry.type.isWeight && tensor.entry.shape.count >= 2 {
      let (name, number) = split(tensor.entry.name)
      guard !isKnownOtherwise(name) else { continue }
      if let place = groups.firstIndex(where: { $0.name == name }) {
        groups[place].arrays.append((number, tensor))
      } else {
        groups.append((name, [(number, tensor)]))
      }
    }
    let named = groups.filter { $0.name.contains("attention") || $0.name.contains("attn") }
    if !named.isEmpty { groups = named }
    var stacks: [ArrayStack] = []
    var failure: AttentionFileError?
    for group in groups {
      let arrays = group.arrays.sorted { ($0.number ?? 0) < ($1.number ?? 0) }
      do throws(AttentionFileError) {
        stacks.append(
          try ArrayStack(
            name: group.name, arrays: arrays.map(\.tensor),
            // What np.savez gives a name to is one array.
            areLayers: arrays.contains { $0.number != nil } && !(arrays.count == 1 && group.name == "arr"),
            lists: lists(group.name), path: contents.path))
      } catch {
        failure = failure ?? error
      }
    }
    guard !stacks.isEmpty else { throw failure ?? nothingFound(in: contents) }
    // Swift's sort is stable.
    return stacks.sorted { rank($0.name) < rank($1.name) }
  }

  private static func nothingFound(in contents: ArrayFile) -> AttentionFileError {
    let names = contents.arrays.prefix(4).map { "\($0.entry.name) \($0.entry.shape)" }.joined(separator: ", ")
    return AttentionFileError(
      "\(contents.path): holds no attention: arrays [layers, heads, queries, keys], or one a layer, are wanted\(names.isEmpty ? "" : "; there are \(names)" as MessageText)"
    )
  }

  private static func rank(_ name: String) -> Int {
    ["attentions", "encoder_attentions", "decoder_attentions", "cross_attentions"].firstIndex(of: name) ?? 4
  }

  /// What is no attention, though it may have as many axes.
  private static func isKnownOtherwise(_ name: String) -> Bool {
    [
      "hidden_states", "queries", "keys", "values", "scaled_scores", "masked_scores", "context", "logits",
      "last_hidden_state",
      "attention_mask", "input_ids", "token_type_ids", "encoder_hidden_states", "decoder_hidden_states",
    ].contains(name) || name.hasSuffix("attention_mask") || name.hasSuffix("hidden_states")
  }

  /// `cross_attentions.3` is layer 3 of `cross_attentions`.
  private static func split(_ name: String) -> (name: String, number: Int?) {
    let closed = name.hasSuffix("]") ? name.dropLast() : name[...]
    let digits = closed.utf8.reversed().prefix { decimalDigit($0) != nil }.count
    guard digits > 0, let number = Int(decimal: closed.utf8.suffix(digits)) else { return (name, nil) }
    var rest = closed.dropLast(digits)
    while let last = rest.last, "._-[/".contains(last) { rest = rest.dropLast() }
    return (String(rest), number)
  }

  private init(
    name: String, arrays: [StoredTensor], areLayers: Bool, lists: Int?, path: String
  ) throws(AttentionFileError) {
    let label: MessageText = name.isEmpty ? "\(path)" : "\(path): array '\(name)'"
    guard let first = arrays.first?.entry.shape else { throw AttentionFileError("\(label): is empty") }
    for tensor in arrays.dropFirst() where tensor.entry.shape != first {
      throw AttentionFileError(
        "\(label): '\(tensor.entry.name)' has the shape \(words: "\(tensor.entry.shape)"), '\(arrays[0].entry.name)' "
          + "\(words: "\(first)"): all layers need the same heads, queries and keys")
    }
    let axes = try ArrayStack.axes(first, areLayers: areLayers || arrays.count > 1, lists: lists, label)
    self.name = name
    self.arrays = arrays
    self.axes = axes
    let pairs = first.suffix(2)
    (queries, keys) = (pairs.first ?? 0, pairs.last ?? 0)
    switch axes {
    case .queryKey: (items, layers, heads) = (1, arrays.count, 1)
    case .headQueryKey: (items, layers, heads) = (1, arrays.count, first[0])
    case .batchHeadQueryKey: (items, layers, heads) = (first[0], arrays.count, first[1])
    case .layerHeadQueryKey: (items, layers, heads) = (1, first[0], first[1])
    case .batchLayerHeadQueryKey: (items, layers, heads) = (first[0], first[1], first[2])
    case .layerBatchHeadQueryKey: (layers, items, heads) = (first[0], first[1], first[2])
    }
    guard items > 0, layers > 0, heads > 0, queries > 0, keys > 0 else {
      throw AttentionFileError("\(label): has the shape \(words: "\(first)"), in which there is nothing")
    }
    let most = 1 << 16
    guard items <= most, layers <= most, heads <= most, queries <= 1 << 20, keys <= 1 << 20 else {
      throw AttentionFileError("\(label): has the shape \(words: "\(first)"), more than any attention has")
    }
    guard queries * keys <= 1 << 28 else {
      throw AttentionFileError(
        "\(label): one head has \(queries) x \(keys) pairs, more than the \(1 << 28) that are shown; save fewer tokens")
    }
  }

  private static func axes(
    _ shape: [Int], areLayers: Bool, lists: Int?, _ label: MessageText
  ) throws(AttentionFileError) -> Axes {
    switch (shape.count, areLayers) {
    case (2, _): return .queryKey
    case (3, _): return .headQueryKey
    case (4, true): return .batchHeadQueryKey
    case (4, false): return .layerHeadQueryKey
    case (5, false):
      // torch.stack(outputs.attentions) has the layers first. Where the lists of tokens do not tell, the batch comes first, unless
      // it would be a batch of one layer each.
      if let lists, shape[0] != shape[1] {
        if lists == shape[0] { return .batchLayerHeadQueryKey }
        if lists == shape[1] { return .layerBatchHeadQueryKey }
      }
      return shape[1] == 1 && shape[0] > 1 ? .layerBatchHeadQueryKey : .batchLayerHeadQueryKey
    default:
      throw AttentionFileError(
        "\(label): has the shape \(words: "\(shape)"); attention has the axes [layers, heads, queries, keys], and before them perhaps a batch"
      )
    }
  }
}
