/// Cutting texts to a length, by the strategy "longest first" of Hugging Face's `tokenizers`.
enum Truncation {
  /// How many tokens of one text, or of each of two, are kept.
  ///
  /// - Parameters:
  ///   - lengths: How many tokens each text has.
  ///   - maximum: How many tokens all texts may have together, without added special tokens.
  static func lengths(_ lengths: [Int], maximum: Int) -> [Int] {
    if maximum <= 0 { return lengths.map { _ in 0 } }
    guard lengths.reduce(0, +) > maximum, let first = lengths.first else { return lengths }
    guard lengths.count == 2, let second = lengths.last else { return [min(first, maximum)] }
    // The longer text is cut down to the shorter one first; then both to half of what there is, where the one that was
    // the longer gets the odd token.
    let shorter = min(first, second)
    var kept = (shorter: shorter, longer: shorter > maximum ? shorter : max(shorter, maximum - shorter))
    if kept.shorter + kept.longer > maximum {
      kept = (maximum / 2, maximum / 2 + maximum % 2)
    }
    return first > second ? [kept.longer, kept.shorter] : [kept.shorter, kept.longer]
  }
}
