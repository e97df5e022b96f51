import Activations
import Support

extension TokenizedInput {
  /// Refuses a text with a token that a model has no embedding for: a tokenizer may have more tokens than the model.
  package func check(embeddings: Int, _ place: MessageText) throws(TrainingError) {
    guard let index = inputIDs.firstIndex(where: { $0 < 0 || $0 >= embeddings }) else { return }
    throw TrainingError(
      place + ": the model has no embedding for the token '\(tokens[index])' (id \(inputIDs[index])): it knows only "
        + "\(embeddings) tokens")
  }
}
