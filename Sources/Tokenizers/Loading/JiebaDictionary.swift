import Support

extension Jieba {
  /// Debian's python3-jieba has it; the library that transformers uses has the same.
  private static let place = "/usr/lib/python3/dist-packages/jieba/dict.txt"

  /// Jieba with its own dictionary: another one would divide texts into other words without saying so.
  static func own(for configuration: TokenizerConfiguration) throws(TokenizerError) -> Jieba {
    func refusal(_ message: MessageText) -> TokenizerError {
      TokenizerError(
        file: configuration.name, "its tokenizer is a RoFormerTokenizer with Jieba and its dictionary" + message)
    }
    guard Files.isFile(place) else { throw refusal(": apt install python3-jieba") }
    guard let jieba = Jieba(dictionary: try TextFile.read(place)), jieba.words == 349_045, jieba.count == 60_101_964
    else { throw refusal("; that in \(words: place) is another one, which would give other words") }
    return jieba
  }
}
