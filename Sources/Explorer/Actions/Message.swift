import Activations

/// The messages to the reducer: what the person did, and results that have arrived.
///
/// Only actions are recorded; a replay gets its reports from its own computations.
public enum Message: Sendable {
  case action(Action)
  /// A computation has ended.
  case computed(Computation, for: Slot = .shown)
  /// A computation could not be done: why, in one line.
  case computationFailed(id: Int, reason: String)
  /// A computation that takes a while has come so far.
  case progress(ComputationProgress)
  /// What the screen waits for is not wanted any more.
  case stopComputing
  /// An analysis has ended, or has come so far.
  case analyzed(Analysis, Finding)
  /// A model was loaded; `reference` is its name in `Exploration.model`.
  case modelLoaded(EncoderDescription, reference: String)
  case modelFailed(reference: String, reason: String)
  case modelsListed([ModelChoice])
  /// What was asked about a task.
  case taskDescribed(TaskAnswer)
  /// How a run of training goes on; `id` tells it from others.
  case training(id: Int, [TrainingReport])
  /// The run under way is to stand still after its present step.
  case stopTraining
  /// There are other sentences under some name: what is known of the task is not known any more.
  case tasksChanged
  /// What was measured on held-out sentences.
  case measured(HeldOutRequest, HeldOutFinding)
  /// A survey was read, or cannot be.
  case surveyRead(SurveyRequest, SurveyAnswer)
  case recording(RecordingStatus)
  case playback(PlaybackStatus?)
  /// A replay goes to another place.
  case scene(Scene)
  case lesson(String?)
  case entry(LineEntry?)
  case browser(SessionBrowser?)
  case notice(String?)
}

/// Heavy work that the reducer asks for. The handler that does it answers with a message.
public enum Effect: Sendable, Equatable {
  /// Compute this; of several for one slot, only the newest matters.
  case encode(id: Int, Slot, Subject)
  /// Run this analysis on these results, whose request numbers are `sources`.
  case analyze(Analysis, [Slot: Computation], sources: [Int])
  case listModels
  case loadModel(String)
  case describeTask(TaskQuestion)
  /// Begins a run of training, or goes on with it, until so many steps have been taken. It reports.
  case train(TrainingRequest)
  /// The run stands still after its present step, and reports that.
  case pauseTraining(id: Int)
  /// The run is not wanted any more.
  case stopTraining(id: Int)
  /// Measures something on held-out sentences with weights of a run.
  case measure(HeldOutRequest)
  /// Reads a survey.
  case readSurvey(SurveyRequest)
}

/// The work whose answers a state still needs.
///
/// All other work may be cancelled without an answer: if it is needed again, the state asks again.
public struct WantedWork: Sendable, Equatable {
  fileprivate var computations: [Slot: Int]
  fileprivate var analyses: [Analysis: [Int]]
  fileprivate var model: String?
  fileprivate var measures: Set<HeldOutRequest>

  /// Whether the answer to an effect is still needed. The list of models always is; training decides for itself.
  public func contains(_ effect: Effect) -> Bool {
    switch effect {
    case .encode(let id, let slot, _): computations[slot] == id
    case .analyze(let analysis, _, let sources): analyses[analysis] == sources
    case .loadModel(let reference): model == reference
    case .measure(let request): measures.contains(request)
    case .listModels, .describeTask, .train, .pauseTraining, .stopTraining, .readSurvey: true
    }
  }
}

extension State {
  /// The work that was asked for and is still needed.
  public var wantedWork: WantedWork {
    WantedWork(
      // What has failed, or was stopped, is not waited for.
      computations: asked.filter { failures[$0.key] == nil }.mapValues(\.id), analyses: askedAnalyses,
      model: loadingModel,
      measures: Set(heldOut.asked.values))
  }
}

extension Effect {
  /// The message that the work failed, and why.
  public func failure(_ reason: String) -> Message {
    switch self {
    case .encode(let id, _, _): .computationFailed(id: id, reason: reason)
    case .loadModel(let reference): .modelFailed(reference: reference, reason: reason)
    case .analyze(let analysis, _, let sources):
      .analyzed(analysis, Finding(sources: sources, findings: .unavailable(reason)))
    case .listModels: .notice(reason)
    case .describeTask(let question): .taskDescribed(TaskAnswer(question, tasks: [], description: nil, reason: reason))
    case .train(let request): .training(id: request.id, [.failed(reason)])
    case .pauseTraining(let id), .stopTraining(let id): .training(id: id, [.failed(reason)])
    case .measure(let request): .measured(request, .unavailable(reason))
    case .readSurvey(let request): .surveyRead(request, .unavailable(reason))
    }
  }
}
