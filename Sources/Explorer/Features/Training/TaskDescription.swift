/// What there is to say of a task before anything is trained: the three questions of every net, and the sizes.
public struct TaskDescription: Sendable, Equatable {
  /// A bundled task, or the name of a file without its folder.
  public var task: String
  /// What `--model` would take: the model whose parameters are counted.
  public var model: String
  /// What the net is to do, in a sentence.
  public var goal: String
  /// What goes in, and what comes out.
  public var input: String
  /// What comes out.
  public var output: String
  /// A sentence worth looking at, if there is one.
  public var sentence: String?
  /// By their ids.
  public var labels: [String]
  /// How many labelled sentences there are to learn from, and how many are held out.
  public var sentences: Int
  /// How many are held out.
  public var heldOut: Int
  /// Recognises the sentences to learn from.
  public var digest: String
  /// How many steps a run has by default.
  public var steps: [TrainingScope: Int]
  /// How many parameters a step updates.
  public var trained: [TrainingScope: Int]

  /// See the properties.
  public init(
    task: String, model: String, goal: String, input: String, output: String, sentence: String?, labels: [String],
    sentences: Int, heldOut: Int, digest: String, steps: [TrainingScope: Int], trained: [TrainingScope: Int]
  ) {
    self.task = task
    self.model = model
    self.goal = goal
    self.input = input
    self.output = output
    self.sentence = sentence
    self.labels = labels
    self.sentences = sentences
    self.heldOut = heldOut
    self.digest = digest
    self.steps = steps
    self.trained = trained
  }
}

/// A task and the model that is to learn it.
public struct TaskQuestion: Sendable, Equatable {
  /// A bundled task, or the name of a file without its folder.
  public var task: String
  /// What `--model` would take.
  public var model: String

  /// A task, and the model that is to learn it.
  public init(task: String, model: String) {
    self.task = task
    self.model = model
  }
}

/// What is known of a task.
public struct TaskAnswer: Sendable, Equatable {
  /// What was asked.
  public var question: TaskQuestion
  /// The names of all tasks that there are.
  public var tasks: [String]
  /// What there is to say of it; nil where it cannot be trained: `reason` says why.
  public var description: TaskDescription?
  /// Why it cannot be trained, in one line.
  public var reason: String?

  /// An answer; see the properties.
  public init(_ question: TaskQuestion, tasks: [String], description: TaskDescription?, reason: String? = nil) {
    self.question = question
    self.tasks = tasks
    self.description = description
    self.reason = reason
  }
}
