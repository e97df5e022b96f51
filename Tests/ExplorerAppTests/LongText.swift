import Activations
import Canvas
import Encoders
import Insights
import Models
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerApp
@testable import ExplorerViews

/// Texts are taken as such that are too long for a head to be held.
struct NoWholeHeads: SuiteTrait, TestTrait, TestScoping {
  func provideScope(for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void)
    async throws
  {
    try await WholeHeads.$mostTokens.withValue(0) {
      try await HeadComparison.$mostTokens.withValue(128) { try await function() }
    }
  }
}

/// An encoder for words that are numbers.
final class NumberEncoder: EncodingSource {
  private let encoder: any Encoder
  var description: EncoderDescription { encoder.description }

  init() throws { encoder = try loadEncoder(folder: Fixtures.path("encoders/mpnet"), name: "mpnet") }

  func encode(
    _ request: EncodeRequest, storage: ProbabilityStorage, isCancelled: @Sendable () -> Bool
  ) throws -> Activations.Encoding {
    let words = request.texts[request.sentence].split(separator: " ").map(String.init)
    let ids = words.map { 3 + Int32($0.unicodeScalars.reduce(0) { $0 &* 7 &+ $1.value } % 20) }
    let input = TokenizedInput(
      inputIDs: ids, tokenTypeIDs: ids.map { _ in 0 }, tokens: words, offsets: ids.map { _ in 0..<0 },
      specialTokensMask: ids.map { _ in false }, sequenceIDs: ids.map { _ in 0 },
      attentionMask: ids.map { _ in true }
    ).padded(
      to: max(request.padTo ?? 0, ids.count), side: request.padSide, with: SpecialToken(id: 1, content: "<pad>"))
    let mask = AttentionMask(request.maskMode, edits: request.maskEdits, for: input)
    let trace = try encoder.run(
      input, mask: mask, ablations: request.ablations, storage: storage, isCancelled: isCancelled)
    return Encoding(request: request, input: input, mask: mask, trace: trace)
  }

  func weightsDigest() -> String? { nil }
}

/// The explorer on texts that are called long.
enum LongText {
  static let appearance = Appearance(depth: .truecolor, glyphs: .unicode, scales: [.grey])

  /// A text of so many words, all of them different but for a few.
  static func text(_ count: Int) -> String {
    (0..<count).map { $0 % 9 == 4 ? "again" : "w\($0)" }.joined(separator: " ")
  }

  /// The explorer after some actions on a text of so many words.
  ///
  /// - Parameter limit: how many bytes of probabilities are kept; 0: none, so that all is computed in parts.
  static func explorer(
    _ words: Int, limit: Int?, size: Size = Size(columns: 120, rows: 40), _ actions: [Action] = []
  ) throws -> OffscreenExplorer {
    let source = try NumberEncoder()
    var explorer = try OffscreenExplorer(
      State(model: source.description, texts: [text(words)]), model: source, appearance: appearance,
      size: size, mostProbabilities: limit)
    for action in actions { try explorer.take(.action(action)) }
    return explorer
  }
}
