import Explorer
import JSON
import Support
import Synchronization
import Training

/// Where labelled sentences are found: tasks that come with the program, each a folder, and files that were named.
package final class TrainingTasks: Sendable {
  private let folder: String?
  /// By their names without folders.
  private let files = Mutex<[String: String]>([:])

  /// - Parameter folder: has a folder for each bundled task; nil where there is none.
  package init(folder: String? = nil) { self.folder = folder }

  /// Takes a file of one's own among the tasks.
  ///
  /// - Returns: what it is called from here on, and in sessions.
  package func add(file path: String) -> String {
    let name = Files.name(of: path)
    files.withLock { $0[name] = path }
    return name
  }

  /// The same, for a file that may be none: its sentences are read first.
  ///
  /// - Throws: why nothing can be learnt from it.
  func open(file path: String) throws -> String {
    _ = try LabelledData(file: path).labelNames()
    return add(file: path)
  }

  /// All tasks, those of one's own last.
  package var names: [String] {
    let bundled = folder.map { folder in
      Files.list(folder).filter { Files.isFile("\(folder)/\($0)/train.tsv") }.sorted()
    }
    return (bundled ?? []) + files.withLock { $0.keys.sorted() }
  }

  /// Reads the sentences of a task.
  ///
  /// - Parameter digest: where there is no such task, a file with these sentences is as good, whatever it is called.
  /// - Throws: what is wrong with them, or that there is no such task.
  func data(of name: String, digest: String? = nil) throws -> TaskData {
    let known = files.withLock { $0 }
    var path = known[name]
    if path == nil, let digest, !names.contains(name) {
      path = known.sorted { $0.key < $1.key }.map(\.value).first { (try? LabelledData(file: $0))?.digest == digest }
    }
    if let path {
      return TaskData(sentences: try LabelledData(file: path), heldOut: nil, card: nil)
    }
    guard let folder, !name.contains("/"), name != "..", Files.isFile("\(folder)/\(name)/train.tsv") else {
      throw TrainingError("there is no task '\(name)'; a file of labelled sentences is named by --train FILE")
    }
    let test = "\(folder)/\(name)/test.tsv"
    return TaskData(
      sentences: try LabelledData(file: "\(folder)/\(name)/train.tsv"),
      heldOut: Files.isFile(test) ? try LabelledData(file: test) : nil,
      card: TaskCard(file: "\(folder)/\(name)/task.json"))
  }
}

/// The sentences of a task.
struct TaskData {
  let sentences: LabelledData
  let heldOut: LabelledData?
  let card: TaskCard?
}

/// What is said of a bundled task: `task.json` beside its sentences.
struct TaskCard {
  var goal: String
  var input: String
  var output: String
  /// A sentence worth looking at.
  var sentence: String?
  /// How many steps everything is trained; nil for what suits any data.
  var steps: Int?

  /// Nil where there is no such file, or not all is in it.
  init?(file: String) {
    guard let bytes = Files.read(file, limit: 1 << 16), let object = (try? JSONValue(parsing: bytes))?.objectValue,
      let goal = object["goal"]?.stringValue, let input = object["input"]?.stringValue,
      let output = object["output"]?.stringValue
    else { return nil }
    self.goal = goal
    self.input = input
    self.output = output
    sentence = object["sentence"]?.stringValue
    steps = object["steps"]?.intValue.flatMap { (1...100_000).contains($0) ? $0 : nil }
  }
}
