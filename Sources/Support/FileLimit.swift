/// How many bytes files that are read whole may have: far more than any that is known, and few enough that what is made of
/// them fits into memory.
public enum FileLimit {
  /// `config.json`. The largest known ones, with thousands of labels, have less than one megabyte.
  public static let configuration = 4 << 20
  /// `model.safetensors.index.json`: a line a tensor.
  public static let weightsIndex = 64 << 20
  /// `tokenizer.json` and vocabularies. The largest known has 35 MB.
  public static let tokenizer = 128 << 20
  /// `tokenizer_config.json` and what else says how a tokenizer is used.
  public static let tokenizerSettings = 16 << 20
  /// The list of a repository's files.
  public static let listing = 64 << 20
}
