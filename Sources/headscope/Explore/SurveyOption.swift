import ArgumentParser
import Explorer
import ExplorerApp

/// Surveys that are named on a command line.
struct SurveyOption: ParsableArguments {
  @Option(
    help: .init(
      "A .survey file for the Heads view and the grid. Named twice: the second is compared with the first.",
      valueName: "file"))
  var survey: [String] = []

  func validate() throws {
    if survey.count > 2 {
      throw ValidationError("--survey can stand twice at most: a survey, and one to compare with it")
    }
  }

  /// The surveys, read.
  ///
  /// - Throws: why one cannot be.
  func open(in surroundings: Surroundings) throws -> [OpenedSurvey] {
    try survey.map { file in
      let path = surroundings.locator().path(file)
      surroundings.surveys.know(file: path)
      return try surroundings.surveys.open(file, at: path)
    }
  }
}
