import Activations

/// What Hugging Face's `tokenizers` library does, bit for bit: normalizer, pre-tokenizer, model, post-processor, and added tokens, as a
/// tokenizer's files set them up.
public struct Tokenizer: Sendable {
  private let pipeline: TokenizerPipeline

  /// The highest id plus one, added tokens included.
  public let vocabularySize: Int

  /// `[PAD]`, `<pad>`: fills sentences up to one length; nil where there is none.
  public var padToken: SpecialToken?
  /// `[MASK]`, `<mask>`: stands for a token that is to be predicted; nil where there is none.
  public var maskToken: SpecialToken?
  /// `[CLS]`, `<s>`: the first token of an input; nil where there is none.
  public var clsToken: SpecialToken?
  /// `[SEP]`, `</s>`: ends each text; nil where there is none.
  public var sepToken: SpecialToken?
  /// `[UNK]`, `<unk>`: stands for what the vocabulary does not have; nil where there is none.
  public var unkToken: SpecialToken?

  /// The ids of all special tokens.
  public var specialTokenIDs: Set<Int32>

  /// Reads the tokenizer of a model's folder.
  ///
  /// It is `tokenizer.json`; or else `vocab.txt` with `tokenizer_config.json` and `special_tokens_map.json`, a WordPiece
  /// vocabulary; or else `vocab.json` with `merges.txt`, a byte-level BPE.
  /// - Throws: `TokenizerError` where a file is missing, damaged, inconsistent, or asks for a part that does not exist.
  public init(folder: String) throws {
    let folder = try TokenizerFolder(folder)
    pipeline = folder.pipeline
    vocabularySize = max(pipeline.model.vocabulary.idBound, pipeline.added.idBound)
    specialTokenIDs = pipeline.added.specialIDs
    padToken = folder.specialTokens[.pad]
    maskToken = folder.specialTokens[.mask]
    clsToken = folder.specialTokens[.cls]
    sepToken = folder.specialTokens[.sep]
    unkToken = folder.specialTokens[.unk]
  }

  /// The tokens of a text, or of a pair of texts, with the special tokens that belong to them.
  ///
  /// - Parameter maximumLength: How many tokens there may be in all, special tokens included. Longer texts are cut at the end,
  ///   the longer one of a pair first; `droppedTokens` says how many tokens went. Truncation and padding that the
  ///   tokenizer's file asks for are not done.
  public func encode(_ text: String, pair: String? = nil, maximumLength: Int? = nil) -> TokenizedInput {
    pipeline.encode([text] + (pair.map { [$0] } ?? []), maximumLength: maximumLength)
  }

  /// The token of an id, as the vocabulary writes it. Untrusted text.
  public func token(id: Int32) -> String? { pipeline.token(id) }
}
