import Encoders
import Explorer
import Models
import Support
import Training

extension TrainingGround {
  /// What there is to say of a task, for a model in a folder.
  func answer(_ question: TaskQuestion, at location: ModelLocation) -> TaskAnswer {
    let names = tasks.names
    do {
      return TaskAnswer(question, tasks: names, description: try describe(question, at: location))
    } catch {
      return TaskAnswer(question, tasks: names, description: nil, reason: "\(error)")
    }
  }

  private func describe(_ question: TaskQuestion, at location: ModelLocation) throws -> TaskDescription {
    let data = try tasks.data(of: question.task)
    let labels = try data.sentences.labelNames()
    let counts = try Architecture(Configuration(folder: location.folder)).classifierParameters(labels: labels.count)
    let sentences = data.sentences.sentences.count
    var arguments = TrainingArguments()
    arguments.epochs = 4
    let steps = data.card?.steps ?? arguments.stepCount(sentences: sentences)
    arguments.onlyHead = true
    arguments.epochs = nil
    return TaskDescription(
      task: question.task, model: question.model, goal: data.card?.goal ?? "Tell labelled sentences apart.",
      input: data.card?.input ?? "A sentence.",
      output: data.card?.output ?? "One of \(labels.count) labels: \(labels.prefix(8).joined(separator: ", "))",
      sentence: data.card?.sentence ?? data.heldOut?.sentences.first?.text, labels: labels, sentences: sentences,
      heldOut: data.heldOut?.sentences.count ?? 0, digest: data.sentences.digest,
      steps: [.everything: steps, .head: arguments.stepCount(sentences: sentences)],
      trained: [.everything: counts.all, .head: counts.head])
  }
}
