import ArgumentParser
import Support

/// How much memory the probabilities of a text may take.
struct MemoryOption: ParsableArguments {
  @Option(
    help: .init(
      """
      How many bytes of attention probabilities are held at most, such as 2G, 500M or 0. Of a longer text, they are \
      computed as they are looked at: the same numbers (default: an eighth of the memory that is available).
      """, valueName: "size"))
  var memory: ByteCount?

  /// In bytes; nil: what is available decides.
  var bytes: Int? { memory?.bytes }
}

/// A number of bytes as a person writes it: 2G, 1.5 GB, 500M, 512Mi, 0.
struct ByteCount: ExpressibleByArgument, Equatable {
  let bytes: Int

  /// K, M, G and T are powers of 1000, Ki, Mi, Gi and Ti of 1024; a B may follow. Nil for all else.
  init?(argument: String) {
    var text = argument.lowercased()[...]
    if text.last == "b" { text.removeLast() }
    let isBinary = text.last == "i"
    if isBinary { text.removeLast() }
    var unit = 1.0
    if let letter = text.last, let power = ["k", "m", "g", "t"].firstIndex(of: letter) {
      text.removeLast()
      for _ in 0...power { unit *= isBinary ? 1024 : 1000 }
    } else if isBinary {
      return nil
    }
    if text.last == " " { text.removeLast() }
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first.flatMap({ Int(decimal: $0) }), parts.count < 2 || Int(decimal: parts[1]) != nil,
      let number = parts.count < 2 ? Double(whole) : Double(String(text)), let bytes = Int(saturating: number * unit),
      bytes >= 0
    else { return nil }
    self.bytes = bytes
  }
}
