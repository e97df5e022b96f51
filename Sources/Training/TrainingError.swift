import Support

/// What training cannot go on with, in a line.
package struct TrainingError: TextualError, Equatable {
  package let text: MessageText

  package init(_ text: MessageText) { self.text = text }
}
