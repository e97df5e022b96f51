import Activations
import Support
import Tokenizers
import Training

/// What `headscope train` has before it knows its data.
struct TrainingSetting {
  let pretrained: PretrainedModel
  let tokenizer: Tokenizer
  let arguments: TrainingArguments
  let folder: ModelFolder
  let outputs: TrainingOutputs

  // MARK: - Classification

  /// Trains a classifier on a file of labelled sentences, or a task that comes with the program.
  func classify(_ reference: String, test: String?) throws {
    let data = try TrainingData(reference)
    let heldOut = try test.map { try TrainingData($0).sentences } ?? data.heldOut
    try check(hasHeldOut: heldOut != nil)
    let labels = try labels(of: data.sentences)
    let (maximum, embeddings) = (pretrained.architecture.positions, pretrained.architecture.vocabulary)
    func read(_ data: LabelledData) throws(TrainingError) -> ClassificationExamples {
      try ClassificationExamples(data, labels: labels, tokenizer, maximum: maximum, embeddings: embeddings)
    }
    let examples = try read(data.sentences)
    let test = try heldOut.map(read)
    let memory = try memory(examples.inputs)
    let run = try ClassificationRun(pretrained, labels: labels, examples, arguments)
    let about =
      "\(examples.labels.count) sentences, \(labels.count) labels"
      + (test.map { ", \($0.labels.count) held out" } ?? "")
    try TrainingSession(
      run, heldOut: test, folder: folder,
      data: TrainedOn(name: data.name, digest: data.sentences.digest, sentences: examples.labels.count),
      outputs: outputs
    ).run(memory: memory, about: about)
  }

  /// The labels by their ids: those of the checkpoint's head, where there is one, which then has to know all that occur; else
  /// those of a new one.
  private func labels(of data: LabelledData) throws -> [String] {
    let names = try data.labelNames()
    guard let known = pretrained.labels else { return names }
    _ = try data.ids(among: known)
    return known
  }

  // MARK: - Masked-LM

  /// Trains a network to predict tokens that are replaced in a file of plain text, a sentence a line.
  func predictTokens(_ path: String, test: String?) throws {
    try check(hasHeldOut: test != nil)
    guard let mask = tokenizer.maskToken else {
      throw TrainingError("\(pretrained.name): its tokenizer has no [MASK] token, which --task mlm needs")
    }
    let data = try PlainText(file: path)
    let sentences = try inputs(data)
    let heldOut = try test.map { try inputs(PlainText(file: $0)) }
    let memory = try memory(sentences)
    let run = try MaskedLMRun(pretrained, sentences, mask: mask.id, arguments)
    let about = "\(sentences.count) sentences" + (heldOut.map { ", \($0.count) held out" } ?? "")
    try TrainingSession(
      run, heldOut: heldOut, folder: folder,
      data: TrainedOn(name: Files.name(of: path), digest: data.digest, sentences: sentences.count), outputs: outputs
    ).run(memory: memory, about: about)
  }

  private func inputs(_ data: PlainText) throws(TrainingError) -> [TokenizedInput] {
    var inputs: [TokenizedInput] = []
    for (text, line) in data.lines {
      let input = tokenizer.encode(text, maximumLength: pretrained.architecture.positions)
      guard input.specialTokensMask.contains(false) else {
        throw TrainingError("\(data.name), line \(line): the text has no tokens")
      }
      try input.check(embeddings: pretrained.architecture.vocabulary, "\(data.name), line \(line)")
      inputs.append(input)
    }
    return inputs
  }

  // MARK: - Both

  private func check(hasHeldOut: Bool) throws(UsageError) {
    if !hasHeldOut, outputs.keep == .best || outputs.patience != nil {
      throw UsageError("--keep best and --patience need held-out sentences: add --test FILE")
    }
  }

  /// What training takes in memory.
  ///
  /// - Throws: where that is not available.
  private func memory(_ inputs: [TokenizedInput]) throws(TrainingError) -> MemoryEstimate {
    let lengths = inputs.map(\.count).sorted(by: >)
    let count = pretrained.store.count
    let memory = MemoryEstimate(
      pretrained.architecture, parameters: count, trained: arguments.onlyHead ? 0 : count,
      onlyHead: arguments.onlyHead, tokens: lengths.prefix(arguments.batchSize).reduce(0, +),
      longest: lengths.first ?? 0)
    try memory.check(AvailableMemory.now())
    return memory
  }
}
