import Activations
import Checkpoints
import Models
import Support

/// Attention that was computed elsewhere, in a file: an export of ours, or arrays [layer, head, query, key] that any program has
/// saved as `.safetensors`, `.npz` or `.npy`.
///
/// Nothing in the file is trusted. Numbers are mapped; where there are more probabilities than `mostHeld`, they are read a head at a
/// time whenever they are asked for.
public final class AttentionFile: EncodingSource {
  /// Where the file lies. Untrusted text.
  public let path: String
  /// What the explorer shows of it as of a model.
  public let description: EncoderDescription
  /// The names of the stacks of attention in the file, the one that is shown among them.
  public let arrays: [String]
  /// The one that is shown.
  public let array: String
  /// What is asked for where nothing is changed.
  public let request: EncodeRequest

  let contents: ArrayFile
  let stack: ArrayStack
  /// Of a file that is read in parts.
  let lastHeads = LastHeads()
  let sentences: [RecordedSentence]
  let export: ExportWords?
  /// Whether the mask was said, or seen in the zeros.
  let knowsPadding: Bool
  /// What each layer blocks beside PAD.
  let blocks: [OwnBlock]

  /// The endings of files that are read.
  public static let endings = ArrayFile.endings
  /// As many bytes of probabilities are held of an item.
  public static let mostHeld = 512 << 20

  /// Maps a file and makes out what is in it.
  ///
  /// - Parameters:
  ///   - array: the name of the stack to show; nil for the first.
  ///   - tokens: lists of tokens to take instead of the file's: one for both axes, or one for queries and one for keys.
  /// - Throws: `AttentionFileError`
  public init(
    _ path: String, array: String? = nil, tokens: [TokenLists] = [], mostHeld: Int = AttentionFile.mostHeld
  ) throws(AttentionFileError) {
    self.path = path
    contents = try ArrayFile(path)
    let words = FileTokens(contents: contents)
    let stacks = try ArrayStack.all(in: contents) { name in words.lists(.keys, of: name)?.lists.count }
    arrays = stacks.map(\.name)
    guard let stack = array.map({ name in stacks.first { $0.name == name } }) ?? stacks.first else {
      throw AttentionFileError(
        "\(path): has no array '\(array ?? "")'; there are \(words: stacks.map(\.name).joined(separator: ", "))")
    }
    self.stack = stack
    self.array = stack.name
    let isInParts = stack.bytes > mostHeld
    let recorded = try RecordedSentences(
      stack, of: contents, given: tokens, seen: isInParts ? nil : AttentionFile.paddingSeen(in: stack))
    let export = tokens.isEmpty ? ExportWords(contents, items: stack.items) : nil
    self.export = export
    let seen = try AttentionFile.look(at: stack, isInParts: isInParts, isOfOneSentence: !recorded.isCross, path: path)
    let isCausal = !recorded.isCross && (seen.mask.isCausal || contents.text("mask") == "causal")
    sentences = recorded.sentences
    knowsPadding = recorded.knowsPadding || export != nil
    blocks = seen.mask.blocks.map { export?.request.maskMode == .causal || isCausal ? OwnBlock(window: $0.window) : $0 }
    request =
      export?.request
      ?? EncodeRequest(texts: sentences.map(\.text), maskMode: isCausal ? .causal : .keys)
    var notes = seen.notes
    if !recorded.hasNames {
      notes.append("the file names no tokens, so positions are numbered: --tokens FILE names them")
    }
    description = AttentionFile.describe(
      path: path, stack, contents, export, notes: notes,
      recorded: RecordedAttention(
        of: request, hasVectors: export != nil && AttentionFile.vectors(in: contents, stack) != nil,
        hasHiddenStates: !recorded.isCross && AttentionFile.hiddenStates(in: contents, stack) != nil,
        hasMask: knowsPadding || isCausal || blocks.contains { $0 != OwnBlock() }, isCross: recorded.isCross,
        isReadInParts: isInParts))
  }

  /// What a stack of the file is called: by the file, and where that needs saying by its own name.
  public func name(of array: String) -> String { AttentionFile.name(of: array, in: path) }

  private static func name(of array: String, in path: String) -> String {
    let name = Files.name(of: path)
    return array.isEmpty || array == "attentions" ? name : "\(name)#\(array)"
  }

  /// A text that recognises the file, as `WeightsDigest` describes it; nil where it cannot be read any more.
  public func weightsDigest() -> String? { ModelLocation.digest(ofFiles: [path]) }

  private static func describe(
    path: String, _ stack: ArrayStack, _ contents: ArrayFile, _ export: ExportWords?, notes: [String],
    recorded: RecordedAttention
  ) -> EncoderDescription {
    let hidden = recorded.hasHiddenStates ? hiddenStates(in: contents, stack)?.entry.shape.last ?? 0 : 0
    let headSize = recorded.hasVectors ? vectors(in: contents, stack)?.queries.entry.shape.last ?? 0 : 0
    return EncoderDescription(
      name: name(of: stack.name, in: path),
      family: export?.family ?? contents.text("family") ?? "model", layers: stack.layers, heads: stack.heads,
      hiddenSize: hidden, headSize: headSize, intermediateSize: 0, vocabularySize: 0,
      maximumPositions: max(stack.queries, stack.keys), tokenTypes: contents["token_type_ids"] == nil ? 1 : 2,
      parameters: 0,
      storedType: "", ignoredTensors: [], files: [path], fileBytes: contents.file.bytes.count, notes: notes,
      recorded: recorded)
  }
}

// MARK: What the numbers say

extension AttentionFile {
  /// What was seen of the numbers.
  private struct Sight {
    var mask: MaskFromZeros
    var notes: [String] = []
  }

  /// Looks at all probabilities of the first item; of a file that is read in parts, at one head of its first and its last layer.
  private static func look(
    at stack: ArrayStack, isInParts: Bool, isOfOneSentence: Bool, path: String
  ) throws(AttentionFileError) -> Sight {
    var sight = Sight(
      mask: MaskFromZeros(queries: stack.queries, keys: stack.keys, isOfOneSentence: isOfOneSentence))
    var sums = (least: Double.infinity, most: -Double.infinity)
    let layers = isInParts ? [0, stack.layers - 1] : Array(0..<stack.layers)
    for layer in layers {
      let heads = isInParts ? 0..<1 : 0..<stack.heads
      let maps = stack.read(
        item: 0, layer: layer, heads: heads, queries: stack.queries, keys: stack.keys, releases: isInParts)
      for row in 0..<heads.count * stack.queries {
        let start = maps.storage.pointer + row * stack.keys
        var (sum, least) = (0.0, Float(0))
        withExtendedLifetime(maps.storage) {
          for key in 0..<stack.keys {
            sum += Double(start[key])
            least = min(least, start[key])
          }
        }
        guard least > -1e-6 else {
          throw AttentionFileError(
            "\(path): array '\(stack.name)' holds \(Double(least)) in layer \(layer): these are scores, not probabilities; "
              + "save what softmax makes of them")
        }
        if sum.isFinite, sum != 0 { sums = (min(sums.least, sum), max(sums.most, sum)) }
      }
      sight.mask.addLayer(maps)
    }
    if sums.most > 1.02 || sums.least < 0.98 {
      sight.notes.append(
        "rows sum to \(rounded(sums.least)) to \(rounded(sums.most)), not to 1: no probabilities, or saved while dropout was on"
      )
    }
    return sight
  }

  /// Which keys get something in the first layer, [item, key], but for those at both ends that get nothing from any query in any head: PAD.
  /// Nil where there are none.
  private static func paddingSeen(in stack: ArrayStack) -> [[Bool]]? {
    let masks = (0..<stack.items).map { item -> [Bool] in
      var isUsed = [Bool](repeating: false, count: stack.keys)
      let maps = stack.read(
        item: item, layer: 0, heads: 0..<stack.heads, queries: stack.queries, keys: stack.keys, releases: false)
      withExtendedLifetime(maps.storage) {
        for row in 0..<stack.heads * stack.queries {
          let start = maps.storage.pointer + row * stack.keys
          for key in 0..<stack.keys where start[key] != 0 { isUsed[key] = true }
        }
      }
      guard let first = isUsed.firstIndex(of: true), let last = isUsed.lastIndex(of: true) else {
        return Array(repeating: true, count: stack.keys)
      }
      return isUsed.indices.map { (first...last).contains($0) }
    }
    return masks.contains { $0.contains(false) } ? masks : nil
  }

  private static func rounded(_ value: Double) -> String {
    guard let hundredths = Int(saturating: value * 100, rule: .toNearestOrAwayFromZero) else { return "?" }
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }
}
