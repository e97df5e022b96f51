import Support

/// A place of a corpus that is not as it should be: what stands there was left out, and is counted.
public struct CorpusProblem: Sendable, Equatable {
  /// What can be wrong; the names are those of the header of a survey.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Bytes that are no text.
    case notUTF8
    /// A line, or a sentence of a treebank, in which nothing is written.
    case empty
    /// A line, or a sentence of a treebank, of more than `CorpusReader.longestLine` bytes.
    case tooLong
    /// A line that is no JSON, or does not say what it should.
    case badJSON
    /// A pair that is not in the text.
    case badPair
    /// An identity that is empty or too long.
    case badID
    /// A sentence without identity where there is nothing to make one of.
    case noID
    /// A sentence of a treebank that does not add up.
    case badTree
    /// Relations of words that have no text of their own, because they are written as one with others (a multiword range).
    case sharedWord
    /// Words whose class is none of the 17 of Universal Dependencies.
    case otherClass
    /// Words of which the tokenizer leaves nothing.
    case lostWord
    /// Words behind the place at which the sentence was cut.
    case cutWord
    /// Relations of words that are lost, or cut off.
    case lostRelation
    /// Sentences of too many words for a tree of the attention.
    case longTree
    /// Relations whose names are too many.
    case manyNames
  }

  /// What is wrong.
  public var kind: Kind
  /// The file that it is in, as it was asked for. Untrusted text.
  public var file: String
  /// The line, from 1.
  public var line: Int
  /// What is wrong, in words that stand after file and line.
  public var reason: MessageText

  /// Something that is wrong at a place.
  public init(_ kind: Kind, file: String, line: Int, _ reason: MessageText) {
    self.kind = kind
    self.file = file
    self.line = line
    self.reason = reason
  }

  /// File, line, and what is wrong, in one line.
  public var text: MessageText { "\(file), line \(line): \(reason)" }
}

/// What is wrong with a sentence, before it is known where it stands.
struct SentenceError: Error {
  let kind: CorpusProblem.Kind
  /// How many lines it is behind the first line of the sentence.
  var line = 0
  let reason: MessageText

  init(_ kind: CorpusProblem.Kind, line: Int = 0, _ reason: MessageText) {
    self.kind = kind
    self.line = line
    self.reason = reason
  }
}
