import Glibc
import Support

/// MeCab, which divides Japanese texts into words: its library, loaded when a tokenizer asks for it, and a dictionary.
///
/// Source: the C interface of MeCab 0.996 (`mecab.h`).
final class MeCab: @unchecked Sendable {
  /// Why it cannot be used.
  struct Failure: Error {
    let message: MessageText
  }

  private typealias New = @convention(c) (UnsafePointer<CChar>) -> OpaquePointer?
  private typealias Destroy = @convention(c) (OpaquePointer) -> Void
  private typealias Parse = @convention(c) (OpaquePointer, UnsafePointer<CChar>, Int) -> UnsafeRawPointer?

  /// Where the members of `mecab_node_t` lie that are read.
  private enum Node {
    static let next = 8
    static let surface = 48
    static let length = 68
    static let kind = 79
    /// `MECAB_BOS_NODE` and `MECAB_EOS_NODE`: the ends of a text.
    static let ends: ClosedRange<UInt8> = 2...3
  }

  private let tagger: OpaquePointer
  private let parse: Parse
  private let destroy: Destroy
  /// A tagger does one text at a time.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>

  /// - Parameter dictionary: The folder of a dictionary in UTF-8.
  init(dictionary: String) throws(Failure) {
    guard let library = dlopen("libmecab.so.2", RTLD_NOW | RTLD_LOCAL) else {
      throw Failure(message: "MeCab is not installed: apt install libmecab2 mecab-ipadic-utf8")
    }
    guard let new = dlsym(library, "mecab_new2"), let destroy = dlsym(library, "mecab_destroy"),
      let parse = dlsym(library, "mecab_sparse_tonode2")
    else { throw Failure(message: "libmecab.so.2 is not the library of MeCab") }
    // Settings of the person's own could name another dictionary.
    let settings = Files.isFile("\(dictionary)/mecabrc") ? "\(dictionary)/mecabrc" : "/dev/null"
    guard let tagger = unsafeBitCast(new, to: New.self)("-r \(settings) -d \(dictionary)") else {
      throw Failure(message: "MeCab cannot read the dictionary \(dictionary)")
    }
    self.tagger = tagger
    self.parse = unsafeBitCast(parse, to: Parse.self)
    self.destroy = unsafeBitCast(destroy, to: Destroy.self)
    mutex = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    destroy(tagger)
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Splits a piece into words; spaces between them are left out.
  func split(_ piece: UnsafeBufferPointer<UInt8>, into parts: inout PreTokenizedText.Parts) {
    // As in transformers, a text ends at a zero byte.
    let count = piece.firstIndex(of: 0) ?? piece.count
    guard count > 0, let start = piece.baseAddress else { return }
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    start.withMemoryRebound(to: CChar.self, capacity: count) { text in
      var node = parse(tagger, text, count)
      while let current = node {
        node = current.load(fromByteOffset: Node.next, as: UnsafeRawPointer?.self)
        if Node.ends.contains(current.load(fromByteOffset: Node.kind, as: UInt8.self)) { continue }
        guard let surface = current.load(fromByteOffset: Node.surface, as: UnsafePointer<CChar>?.self) else { continue }
        let length = Int(current.load(fromByteOffset: Node.length, as: UInt16.self))
        let offset = surface - text
        guard offset >= 0, offset <= count, length <= count - offset else { continue }
        // Debian has added one word to ipadic, the era of 2019; without it that is two.
        let isEra = length == 6 && piece[offset..<offset + length].elementsEqual("令和".utf8)
        if isEra { parts.add(offset..<offset + 3) }
        parts.add((isEra ? offset + 3 : offset)..<offset + length)
      }
    }
  }
}
