import Activations

/// What the explorer takes what it shows from: an encoder with its tokenizer, or attention that was computed elsewhere.
public protocol EncodingSource: AnyObject, Sendable {
  /// What is known of it before anything is asked for.
  var description: EncoderDescription { get }

  /// Computes, or finds, what is asked for. `storage` says what becomes of probabilities that are computed.
  ///
  /// - Throws: where it cannot; `CancellationError` where `isCancelled` said true on the way.
  func encode(
    _ request: EncodeRequest, storage: ProbabilityStorage, isCancelled: @Sendable () -> Bool
  ) throws -> Encoding

  /// A text that recognises the numbers, as `WeightsDigest` describes it; nil if they cannot be read any more.
  func weightsDigest() -> String?
}

extension EncodingSource {
  /// The same, for an answer that is wanted in any case.
  public func encode(_ request: EncodeRequest) throws -> Encoding {
    try encode(request, storage: ProbabilityStorage(), isCancelled: { false })
  }
}

extension Model: EncodingSource {}

extension ModelLocation {
  /// A text that recognises files, as `WeightsDigest` describes it; nil if one cannot be read.
  public static func digest(ofFiles files: [String]) -> String? { WeightsDigest.digest(of: files) }
}
