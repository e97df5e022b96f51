import Activations
import Checkpoints
import JSON
import Safetensors
import Support

/// The tokens of one axis, a list for each item of the batch.
public struct TokenLists: Sendable, Equatable {
  /// [item][position]. Untrusted text.
  public let lists: [[String]]

  /// A list of texts, or a list of such lists, as JSON; nil where it is neither.
  init?(json text: String) {
    guard let value = try? JSONValue(parsing: text) else { return nil }
    self.init(value)
  }

  init?(_ value: JSONValue) {
    guard let elements = value.arrayValue, !elements.isEmpty else { return nil }
    if let list = TokenLists.texts(value) {
      self.init(lists: [list])
      return
    }
    var lists: [[String]] = []
    for element in elements {
      guard let list = TokenLists.texts(element) else { return nil }
      lists.append(list)
    }
    self.init(lists: lists)
  }

  /// An array of texts, [position] or [item, position].
  init?(_ array: (values: [String], shape: [Int])) {
    switch array.shape.count {
    case 0:
      // JSON in an array with a single text.
      guard let text = array.values.first else { return nil }
      self.init(json: text)
    case 1: self.init(lists: [array.values])
    case 2:
      let length = array.shape[1]
      self.init(lists: (0..<array.shape[0]).map { Array(array.values[$0 * length..<($0 + 1) * length]) })
    default: return nil
    }
  }

  private static func texts(_ value: JSONValue) -> [String]? {
    guard let elements = value.arrayValue else { return nil }
    let texts = elements.compactMap(\.stringValue)
    return texts.count == elements.count ? texts : nil
  }

  /// Reads a file of tokens: JSON, or plain text with a token a line.
  public static func read(_ path: String) throws(AttentionFileError) -> TokenLists {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try InputFile(path).bytes(limit: FileLimit.tokenizerSettings) } catch {
      throw AttentionFileError(error.text)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw AttentionFileError("\(path): is not UTF-8; tokens are a JSON list, or plain text with one a line")
    }
    if let first = text.unicodeScalars.first(where: { !$0.properties.isWhitespace }), first == "[",
      let lists = TokenLists(json: text)
    {
      return lists
    }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line.last == "\r" ? line.dropLast() : line)
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    guard !lines.isEmpty else { throw AttentionFileError("\(path): holds no tokens") }
    return TokenLists(lists: [lines])
  }

  /// Lists of tokens, one an item of the batch.
  public init(lists: [[String]]) { self.lists = lists }
}

/// Which words of a file belong to which axis of which stack.
struct FileTokens {
  let contents: ArrayFile

  /// The lists of tokens for queries or keys of a stack; nil where the file has none.
  func lists(_ axis: Axis, of stack: String) -> TokenLists? {
    for name in names(axis, "tokens", of: stack) {
      if let text = contents.metadata[name] {
        if let lists = TokenLists(json: text) { return lists }
      } else if let array = contents.texts[name], let lists = TokenLists(array) {
        return lists
      }
    }
    return nil
  }

  /// Which positions are no PAD, [item, position]; nil where the file does not say.
  func attentionMask(_ axis: Axis, of stack: String, items: Int, length: Int) -> [[Bool]]? {
    for name in names(axis, "attention_mask", of: stack) {
      guard let tensor = contents[name] else { continue }
      let shape = tensor.entry.shape
      guard shape.last == length, shape.count == 1 || shape.count == 2 && shape[0] == items, tensor.strides == nil
      else {
        continue
      }
      let all = tensor.truths
      return (0..<items).map { item in
        let start = shape.count == 1 ? 0 : item * length
        return Array(all[start..<start + length])
      }
    }
    return nil
  }

  enum Axis { case queries, keys }

  /// Under which names something may stand, the most special first.
  private func names(_ axis: Axis, _ what: String, of stack: String) -> [String] {
    let prefix = stack.isEmpty ? [] : ["\(stack)."]
    let side = axis == .queries ? "query" : "key"
    let role: [String] =
      if stack.contains("cross") {
        axis == .queries ? ["decoder_"] : ["encoder_", ""]
      } else if stack.contains("decoder") {
        ["decoder_", ""]
      } else if stack.contains("encoder") {
        ["encoder_", ""]
      } else {
        [""]
      }
    return prefix.flatMap { ["\($0)\(side)_\(what)", "\($0)\(what)"] } + ["\(side)_\(what)"] + role.map { $0 + what }
  }
}

extension StoredTensor {
  /// Its numbers as whole numbers of 32 bits, [item][position]; nil where it does not hold such of two axes.
  func integers(items: Int) -> [[Int32]]? {
    guard entry.shape.count == 2, entry.shape[0] == items, strides == nil else { return nil }
    let (bytes, length) = (bytes, entry.shape[1])
    func number(_ index: Int) -> Int32? {
      switch entry.type {
      case .signed64: Int32(exactly: bytes.loadUnaligned(fromByteOffset: index * 8, as: Int64.self).littleEndian)
      case .signed32: bytes.loadUnaligned(fromByteOffset: index * 4, as: Int32.self).littleEndian
      default: nil
      }
    }
    let lists = (0..<items).map { item in (0..<length).compactMap { number(item * length + $0) } }
    return lists.allSatisfy { $0.count == length } ? lists : nil
  }

  /// Its numbers as truths: what is not 0 is true.
  fileprivate var truths: [Bool] {
    let (bytes, size) = (bytes, entry.type.size)
    return (0..<count).map { index in
      // Of floating point, the sign of zero does not count.
      var isSet = false
      for place in 0..<size {
        let byte = bytes[index * size + place]
        let isLast = place == size - 1
        if isLast && entry.type.isWeight ? byte & 0x7F != 0 : byte != 0 { isSet = true }
      }
      return isSet
    }
  }
}
