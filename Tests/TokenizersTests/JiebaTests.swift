import JSON
import TestSupport
import Testing

@testable import Tokenizers

/// Chinese words, as `rjieba.tokenize(text, hmm=False)` gives them where the dictionary is the same.
@Suite struct JiebaTests {
  private static let dictionary = """
    今天 100 t
    天气 80 n
    今天天气 30 l
    非常 90 d
    好 500 a
    C++ 3 nz
    天 400 n
    """

  private func words(_ text: String, _ dictionary: String = dictionary) throws -> [String] {
    let jieba = try #require(Jieba(dictionary: Array(dictionary.utf8)))
    let bytes = Array(text.utf8)
    var start = 0
    return bytes.withUnsafeBufferPointer(jieba.cut).map { end in
      defer { start = end }
      return String(decoding: bytes[start..<end], as: UTF8.self)
    }
  }

  @Test(arguments: [
    ("今天天气非常好。", ["今天天气", "非常", "好", "。"]), ("", []), ("天天", ["天", "天"]),
    ("the C++ 3.14", ["the", " ", "C++", " ", "3", ".", "14"]), ("好\r\n 好", ["好", "\r\n", " ", "好"]),
    ("今今天", ["今", "今天"]), ("é!?", ["é", "!", "?"]), ("ab天", ["ab", "天"]),
  ])
  func theMostProbableWay(text: String, expected: [String]) throws {
    #expect(try words(text) == expected)
  }

  @Test func ofEqualWaysTheOneWithTheLongerFirstWord() throws {
    // ab·c and a·bc: one word that was counted and one that was not, either way.
    #expect(try words("一二三", "一二 4\n二三 4\n") == ["一二", "三"])
    // The last count of a word counts.
    let jieba = try #require(Jieba(dictionary: Array("一 4\n一 6\n二 1\n".utf8)))
    #expect(jieba.words == 2 && jieba.count == 7)
  }

  @Test(arguments: ["", "word", "word x", "word 0", "word -1", "word 99999999999999999999"])
  func whatIsNoDictionaryIsRefused(text: String) { #expect(Jieba(dictionary: Array(text.utf8)) == nil) }

  @Test func wordsThatAreNoTokensAreDividedIntoCharacters() throws {
    var vocabulary = Vocabulary(reserving: 4)
    try vocabulary.insert(JSONString("非常"), id: 0, file: "")
    let jieba = try #require(Jieba(dictionary: Array(Self.dictionary.utf8)))
    let text = Array("今天天气非常 ab好".utf8)
    var pieces = PreTokenizedText(text: NormalizedText(original: text), pieces: [Piece(range: 0..<text.count)])
    PreTokenizer.jieba(JiebaWords(jieba: jieba, vocabulary: vocabulary)).apply(to: &pieces)
    let parts = pieces.pieces.map { String(decoding: pieces.text.bytes[$0.range], as: UTF8.self) }
    #expect(parts == ["今", "天", "天", "气", "非常", "ab", "好"])
  }
}
