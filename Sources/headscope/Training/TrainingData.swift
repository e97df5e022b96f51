import Activations
import Support
import Terminal
import Tokenizers
import Training

/// Where labelled sentences come from: a file, or a task that comes with the program.
struct TrainingData {
  let sentences: LabelledData
  /// Held-out sentences that belong to a bundled task.
  let heldOut: LabelledData?
  /// The task's name, or the file's without its folder.
  let name: String

  /// The folder of the tasks that come with the program; nil where there is none.
  static var tasks: String? { Assets.folder().map { Files.join($0, "tasks") } }

  /// The names of the tasks that come with the program.
  static var taskNames: [String] {
    tasks.map { folder in Files.list(folder).filter { Files.isFile("\(folder)/\($0)/train.tsv") } } ?? []
  }

  /// What to say of something that is neither a file nor one of the tasks.
  static func unknown(_ reference: String, tasks: [String]) -> MessageText {
    guard !tasks.isEmpty else {
      return
        "\(reference): there is no such file; the tasks of the program were not found: HEADSCOPE_ASSETS names the folder that holds them"
    }
    return "\(reference): there is no such file, and no such task; tasks are \(words: tasks.joined(separator: ", "))"
  }

  init(_ reference: String) throws {
    if !reference.contains("/"), !Files.exists(reference), Self.taskNames.contains(reference), let tasks = Self.tasks {
      sentences = try LabelledData(file: "\(tasks)/\(reference)/train.tsv")
      let test = "\(tasks)/\(reference)/test.tsv"
      heldOut = Files.isFile(test) ? try LabelledData(file: test) : nil
      name = reference
      return
    }
    guard Files.exists(reference) else {
      throw TrainingError(Self.unknown(reference, tasks: Self.taskNames))
    }
    sentences = try LabelledData(file: reference)
    heldOut = nil
    name = Files.name(of: reference)
  }
}

extension ClassificationExamples {
  /// The tokens of labelled sentences; texts longer than `maximum` tokens are cut.
  init(
    _ data: LabelledData, labels: [String], _ tokenizer: Tokenizer, maximum: Int, embeddings: Int
  ) throws(TrainingError) {
    let ids = try data.ids(among: labels)
    var inputs: [TokenizedInput] = []
    for sentence in data.sentences {
      let input = tokenizer.encode(sentence.text, pair: sentence.pair, maximumLength: maximum)
      guard input.count > 0, input.specialTokensMask.contains(false) else {
        throw TrainingError("\(data.name), line \(sentence.line): the text has no tokens")
      }
      try input.check(embeddings: embeddings, "\(data.name), line \(sentence.line)")
      inputs.append(input)
    }
    self.init(inputs: inputs, labels: ids)
  }
}
