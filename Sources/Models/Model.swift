import Activations
import Encoders
import Tokenizers

/// An encoder and its tokenizer, loaded and ready.
public final class Model: Sendable {
  public let location: ModelLocation
  public let tokenizer: Tokenizer
  public let encoder: any Encoder

  public var description: EncoderDescription { encoder.description }

  /// Puts together what was loaded, after checking that it belongs together.
  ///
  /// A tokenizer may have fewer tokens than the encoder has embeddings, as padded vocabularies do.
  public init(location: ModelLocation, tokenizer: Tokenizer, encoder: any Encoder) throws(ModelError) {
    let embeddings = encoder.description.vocabularySize
    guard tokenizer.vocabularySize <= embeddings else {
      throw .vocabularyTooLarge(name: location.name, tokenizer: tokenizer.vocabularySize, encoder: embeddings)
    }
    self.location = location
    self.tokenizer = tokenizer
    self.encoder = encoder
  }

  /// Loads the model that lies there. Weights that are no numbers are an error, unless `letsDamagePass`: see `loadEncoder`.
  ///
  /// - Throws: `ModelError`, `EncoderError` or the tokenizer's error; the description of each is one line.
  public static func load(_ location: ModelLocation, letsDamagePass: Bool = false) throws -> Model {
    if location.source == .cache, !location.isComplete { throw ModelError.incomplete(location) }
    let encoder = try loadEncoder(
      folder: location.folder, name: location.name, letsDamagePass: letsDamagePass)
    return try Model(location: location, tokenizer: Tokenizer(folder: location.folder), encoder: encoder)
  }

  /// A text that recognises the weights, as `WeightsDigest` describes it; nil if the files cannot be read any more.
  public func weightsDigest() -> String? { WeightsDigest.digest(of: location.weightFiles) }
}
