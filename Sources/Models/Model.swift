import Activations
import Encoders
import JSON
import Support
import Tokenizers

/// An encoder and its tokenizer, loaded and ready.
public final class Model: Sendable {
  /// Where it was loaded from.
  public let location: ModelLocation
  /// Makes tokens of texts.
  public let tokenizer: Tokenizer
  /// Computes what is shown.
  public let encoder: any Encoder

  /// What is known of the encoder, and of how it is used.
  public let description: EncoderDescription

  /// Puts together what was loaded.
  ///
  /// A tokenizer may have fewer tokens than the encoder has embeddings, as padded vocabularies do, or more, as those do to which
  /// tokens were added; a text that needs one of these is refused (`tokenize`).
  public init(location: ModelLocation, tokenizer: Tokenizer, encoder: any Encoder) {
    var description = encoder.description
    description.sentenceLength = Model.sentenceLength(in: location.configurationFolder)
    if let base = location.base {
      description.base = AdaptedModel(reference: base, name: Files.name(of: location.baseName ?? base))
    }
    self.description = description
    self.location = location
    self.tokenizer = tokenizer
    self.encoder = encoder
  }

  /// Loads the model at a place. Weights that are NaN or infinite are an error, unless `allowsDamagedWeights`: see `loadEncoder`.
  ///
  /// - Throws: `ModelError`, `EncoderError` or the tokenizer's error; the description of each is one line.
  public static func load(_ location: ModelLocation, allowsDamagedWeights: Bool = false) throws -> Model {
    if location.source == .cache, !location.isComplete, !location.isAdapter { throw ModelError.incomplete(location) }
    if location.isAdapter {
      _ = try AdapterConfiguration(folder: location.folder)
      if location.base == nil { throw ModelError.adapterWithoutBase(location) }
    }
    let encoder = try loadEncoder(
      folder: location.configurationFolder, adapter: location.isAdapter ? location.folder : nil, name: location.name,
      allowsDamagedWeights: allowsDamagedWeights)
    return Model(location: location, tokenizer: try Tokenizer(folder: location.tokenizerFolder), encoder: encoder)
  }

  /// How many tokens sentence-transformers uses, as `sentence_bert_config.json` says; nil where there is no such file, or nothing
  /// in it that could be meant.
  private static func sentenceLength(in folder: String) -> Int? {
    let path = Files.join(folder, "sentence_bert_config.json")
    guard Files.isFile(path), let settings = try? JSONValue(file: path, limit: FileLimit.configuration).objectValue,
      let length = settings["max_seq_length"]?.intValue, length > 0
    else { return nil }
    return length
  }

  /// A text that recognises the weights, as `WeightsDigest` describes it; nil if the files cannot be read any more.
  public func weightsDigest() -> String? { location.weightsDigest() }
}

extension ModelLocation {
  /// A text that recognises the weights, as `WeightsDigest` describes it; nil if the files cannot be read.
  public func weightsDigest() -> String? { WeightsDigest.digest(of: weightFiles) }
}
