import Support

/// Why a model could not be found or used. Each description is one line.
public enum ModelError: TextualError, Equatable {
  case noModels(searched: [String])
  case noFolder(String)
  case isFile(String)
  case notFound(String, searched: [String])
  case ambiguous(String, candidates: [String])
  case incomplete(ModelLocation)
  case adapterWithoutBase(ModelLocation)
  case noEmbedding(name: String, token: String, id: Int, encoder: Int)
  case noToken(name: String, text: String)
  case noPadToken(name: String)
  case padTooLong(name: String, asked: Int, maximum: Int)
  case noSuchSentence(Int, count: Int)
  case noMaskToken(name: String)
  case noTokenToReplace(Int, count: Int)
  case specialTokenToReplace(Int, token: String)
  case noPlaceToEdit(Int, maximum: Int)
  case negativeBand(Int)

  /// What is wrong and what to do, in one line.
  public var text: MessageText {
    switch self {
    case .noModels(let searched):
      "no model found\(searched.isEmpty ? "" : " in \(list(searched))" as MessageText): "
        + "run `headscope models pull` (in a checkout: `make model`), or name one with --model FOLDER"
    case .noFolder(let path):
      "no such model folder: \(path)"
    case .isFile(let path):
      "\(path) is a file; a model is named by the folder that it lies in: --model \(shell: Files.parent(of: path))"
    case .notFound(let reference, let searched):
      "no model named '\(reference)' in \(list(searched)); `headscope models list` shows what is there"
    case .ambiguous(let reference, let candidates):
      "'\(reference)' can mean \(candidates.joined(separator: " or ")): write the whole name"
    case .incomplete(let location) where location.source == .cache:
      "\(location.name) is only partly downloaded (\(location.folder) lacks \(list(location.missing))): "
        + "run `headscope models pull \(shell: location.name)`"
    case .incomplete(let location):
      "\(location.folder) is not a complete model: it lacks \(list(location.missing))"
    case .adapterWithoutBase(let location):
      adapterWithoutBase(location)
    case .noEmbedding(let name, let token, let id, let encoder):
      "\(name): the encoder has no embedding for the token '\(token)' (id \(id)): it knows only \(encoder) tokens "
        + "(vocab_size in config.json); leave the token out of the text"
    case .noToken(let name, let text):
      "\(name): its vocabulary has no token for '\(text)', and none for what is unknown; leave it out of the text"
    case .noPadToken(let name):
      "\(name): its tokenizer has no PAD token, so nothing can be padded; leave out --pad-to and give one text"
    case .padTooLong(let name, let asked, let maximum):
      "cannot pad to \(asked): \(name) takes at most \(maximum) positions"
    case .noSuchSentence(let sentence, let count):
      "there is no sentence \(sentence): the batch has \(count), counted from 0"
    case .noMaskToken(let name):
      "\(name): its tokenizer has no mask token, so no token can be replaced by one"
    case .noTokenToReplace(let place, let count):
      "cannot replace token \(place): the sentence has \(count), counted from 0"
    case .specialTokenToReplace(let place, let token):
      "cannot replace token \(place), '\(token)': special tokens stay; choose a token of the text"
    case .noPlaceToEdit(let place, let maximum):
      "cannot edit the mask of token \(place): tokens are counted from 0, and there are at most \(maximum)"
    case .negativeBand(let width):
      "a band around the diagonal cannot have the width \(width); 0 is the diagonal alone"
    }
  }

  private func adapterWithoutBase(_ location: ModelLocation) -> MessageText {
    let name = location.baseName ?? ""
    let pull: MessageText =
      name.hasPrefix("/") || name.hasPrefix(".") ? "" : "run `headscope models pull \(shell: name)`, or "
    return
      "\(location.name) is an adapter of the model '\(name)', which is not here: \(pull)put that model's folder beside the adapter's"
  }

  private func list(_ items: [String]) -> String { items.joined(separator: ", ") }
}
