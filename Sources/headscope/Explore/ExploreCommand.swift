import Activations
import ArgumentParser
import Canvas
import Explorer
import ExplorerApp
import Glibc
import Models
import Sessions
import Support
import Terminal

struct ExploreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explore", abstract: "Explore a sentence full screen (what happens when no command is named).")

  @OptionGroup var input: InputOptions

  @Option(help: "Record in FILE; a session that is there already is continued.")
  var session: String?

  @OptionGroup var train: TrainOption

  @OptionGroup var survey: SurveyOption

  @OptionGroup var memory: MemoryOption

  @Flag(help: "Do not record this exploration.")
  var noRecord = false

  /// What `headscope tour` asks for.
  @Flag(name: .customLong("tour"), help: .hidden)
  var beginsTour = false

  func validate() throws {
    if session != nil, noRecord { throw ValidationError("--session and --no-record exclude each other") }
  }

  func run() throws {
    var input = input
    // A text on standard input is read before keys can be.
    if let place = input.texts.firstIndex(of: "-"), isatty(STDOUT_FILENO) == 1 {
      input.texts[place] = try FullScreen.readTextAndTakeTerminal()
    }
    try FullScreen.requireTerminal()
    let request = try input.request()
    let earlier = try RecordedExploration.earlier(in: session)
    let surroundings = Surroundings.ofProcess(memory)
    if let model = earlier?.header.model { surroundings.recordedModels.add(model.name, weights: model.digest) }
    let load: Opening.Load = { reference in
      try FirstStart.loading { try SourceLoader.load(reference, locator: surroundings.locator()) }
    }
    let options = OpeningOptions(
      model: input.model.model, request: request, padTo: input.padTo, padSide: input.padSide, maskMode: input.mask,
      train: try train.task(in: surroundings.training.tasks), surveys: try survey.open(in: surroundings),
      mostProbabilities: memory.bytes)
    let opening =
      try earlier.map { try Opening(continuing: $0, options, load: load) } ?? Opening(new: options, load: load)
    try MainActor.assumeIsolated {
      try RecordedExploration(
        opening: opening, title: title(of: request), session: session, earlier: earlier,
        isRecorded: !noRecord, surroundings: surroundings,
        // Whoever wants no trace, or names a file, has seen the program before.
        mayOfferTour: session == nil && !noRecord && !beginsTour, beginsTour: beginsTour
      ).run()
    }
  }

  /// What the session is called: as its text begins, or as the file that the text is from.
  private func title(of request: EncodeRequest) -> String {
    let longest = 80
    if input.texts.isEmpty, let file = input.files.first { return Files.name(of: file) }
    guard let text = request.texts.first else { return State.firstText }
    return text.utf8.count > longest ? text.prefix(longest) + "..." : text
  }
}
