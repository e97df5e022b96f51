import Support

/// Why a survey cannot be made, read or merged, in one line.
public struct SurveyError: TextualError, Equatable, Sendable {
  /// What is wrong, and what to do.
  public let text: MessageText

  /// An error with these words.
  public init(_ text: MessageText) { self.text = text }
}
