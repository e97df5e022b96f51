import ArgumentParser
import ExplorerApp
import Support

/// Labelled sentences for the Train view, and for sessions in which something was trained on a file.
struct TrainOption: ParsableArguments {
  @Option(
    help: .init(
      "Labelled sentences for the Train view: a .tsv, .csv or .jsonl file, or a task of the program.", valueName: "data"
    ))
  var train: String?

  /// The name under which the explorer knows them; nil where none are named.
  ///
  /// - Throws: where there are no such sentences.
  func task(in tasks: TrainingTasks) throws -> String? {
    guard let train else { return nil }
    if !train.contains("/"), !Files.exists(train), tasks.names.contains(train) { return train }
    guard Files.isFile(train) else { throw UsageError(TrainingData.unknown(train, tasks: tasks.names)) }
    return tasks.add(file: train)
  }
}
