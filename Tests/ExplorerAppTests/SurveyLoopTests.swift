import Explorer
import Sessions
import Support
import Survey
import TestSupport
import Testing
import UserInput

@testable import ExplorerApp

/// Surveys as they are found, opened by their names, recorded and replayed.
@MainActor struct SurveyLoopTests {
  private let setting: JourneySetting

  init() throws { setting = try JourneySetting() }

  private func write(_ survey: Survey, to name: String) throws -> String {
    var bytes: [UInt8] = []
    try SurveyFile.write(survey, state: nil) { bytes += $0 }
    setting.folder.write(bytes, to: name)
    return setting.folder[name]
  }

  /// Presses keys, each when all has come to rest; what stands between braces is pasted.
  @discardableResult
  private func press(
    _ inputs: [Input], actions: [Action] = [], recorder: Recorder? = nil, replay: Replay? = nil
  ) throws -> State {
    let display = HeadlessDisplay(clock: setting.clock)
    let loop = setting.loop(try setting.state(), display, recorder: recorder, replay: replay)
    var inputs = inputs
    display.next = { _ in inputs.isEmpty ? .end : .inputs([inputs.removeFirst()]) }
    loop.run(actions)
    _ = loop.finish()
    return loop.workspace.state
  }

  private func keys(_ keys: String) -> [Input] {
    keys.map { .key($0 == "\n" ? .enter : $0 == "\t" ? .pageDown : .character($0)) }
  }

  // MARK: The shelf

  @Test func aSurveyIsFoundByItsDigestWhereverItLies() throws {
    let survey = SyntheticSurvey.survey()
    let path = try write(survey, to: "a.survey")
    let shelf = SurveyShelf()
    let opened = try shelf.open("a.survey", at: path)
    #expect(opened.survey == survey && !opened.isChanged && opened.name == "a.survey")
    let request = SurveyRequest(opened.reference, model: "first")
    #expect(shelf.answer(request, at: "/nowhere/a.survey", weights: "w") == .found(opened, weights: "w"))

    // Another program, to which the file was named, and one with which it comes.
    let other = SurveyShelf()
    #expect(try other.answer(request, at: "/nowhere/a.survey", weights: nil).reason.contains("no survey a.survey"))
    other.know(file: try write(survey, to: "elsewhere/b.survey"))
    #expect(try other.answer(request, at: "/nowhere/a.survey", weights: nil).opened.survey == survey)
    let bundled = SurveyShelf(folder: setting.folder.path)
    #expect(try bundled.answer(request, at: "/nowhere/a.survey", weights: nil).opened.survey == survey)
    #expect(try bundled.open("a.survey", at: "/nowhere/a.survey").reference == opened.reference)
  }

  @Test func aFileThatHasChangedIsShownAsWhatItIs() throws {
    let path = try write(SyntheticSurvey.survey(), to: "a.survey")
    let reference = try SurveyShelf().open("a.survey", at: path).reference
    let changed = SyntheticSurvey.survey(shift: 0.5)
    _ = try write(changed, to: "a.survey")
    let answer = SurveyShelf().answer(SurveyRequest(reference, model: "first"), at: path, weights: nil)
    #expect(try answer.opened.survey == changed && answer.opened.isChanged)
  }

  @Test func whatIsNoSurveyIsOneClearLine() {
    setting.folder.write("no survey\n", to: "notes.survey")
    for path in [setting.folder["notes.survey"], setting.folder["missing.survey"], setting.folder.path] {
      let error = #expect(throws: (any Error).self) { try SurveyShelf().open("x", at: path) }
      #expect(error.map { !"\($0)".contains("\n") && "\($0)".contains(setting.folder.path) } == true, "\(path)")
    }
  }

  // MARK: The loop

  @Test func aSurveyOpensByItsNameAndIsReplayed() throws {
    let path = try #require(setting.models.surveys["first"])
    let file = setting.folder["sessions/run.jsonl"]
    let header = SessionHeader(
      title: "a survey", created: "2026-01-31T12:00:00Z", program: "test",
      model: SessionModel(try setting.state().model, digest: nil))
    let recorder = try Recorder(path: file, header: header) { _ in }
    let number = SurveyNumber(named: "nsubj")
    let end = try press(
      keys("6o") + [.paste(path)] + keys("\nRnsubj\n\n\n"), recorder: recorder)
    #expect(end.view == .head && end.exploration.survey.part == .sentences && end.surveyNumber == number)
    #expect(end.exploration.survey.column == .number(number) && end.exploration.survey.visited != nil)
    let session = try SessionFile.read(file)
    let recorded = session.actions.compactMap { $0.of(SurveyAction.self) }
    #expect(recorded.count == 4)
    guard case .open(let reference, beside: false)? = recorded.first else {
      Issue.record("\(recorded)")
      return
    }
    #expect(reference.path == path && reference.digest.count == 16)

    // The same again, and without the file: then the sentence is still there.
    let replayed = try press(
      keys(String(repeating: ".", count: session.events.count)),
      replay: Replay(Player(session, from: try setting.state(), isPaused: true), path: file))
    #expect(replayed.exploration == end.exploration && replayed.query == end.query && replayed.key == end.key)
    let check = try setting.check(session)
    #expect(check.isClean && check.remarks.isEmpty)
    var lost = session
    lost.events = session.events.map { event in
      guard case .action(let action) = event.content,
        case .open(var reference, let beside)? = action.of(SurveyAction.self)
      else { return event }
      reference = SurveyReference(path: "/nowhere/lost.survey", digest: "0")
      return SessionEvent(time: event.time, .action(.survey(.open(reference, beside: beside))))
    }
    let missing = try setting.check(lost)
    #expect(missing.isClean && missing.remarks.contains { $0.contains("no survey lost.survey") })
  }

  @Test func aSurveyOfAnotherModelIsRefusedAndWhatWasTypedStays() throws {
    let path = try write(SyntheticSurvey.survey(layers: 9, heads: 9), to: "other.survey")
    let end = try press(keys("6o") + [.paste(path)] + keys("\n"))
    #expect(end.entry?.kind == .survey && end.entry?.text == path)
    #expect(end.notice?.contains("other.survey is a survey of 9 layers of 9 heads") == true)
    #expect(end.exploration.survey.first == nil)
  }

  @Test func aSecondSurveyIsCompared() throws {
    let path = try #require(setting.models.surveys["first"])
    let shape = try setting.state().model
    let other = try write(SyntheticSurvey.survey(layers: shape.layers, heads: shape.heads, shift: 0.25), to: "b.survey")
    let end = try press(keys("6o") + [.paste(path)] + keys("\nC") + [.paste(other)] + keys("\n"))
    let shown = try #require(end.shownSurvey)
    #expect(shown.second?.name == "b.survey" && shown.cell(shown.numbers[0], end.head)?.value == 0.25)
  }

  @Test func theCommandLineOpensSurveysAndRefusesThoseOfOtherShapes() throws {
    let path = try #require(setting.models.surveys["first"])
    var options = OpeningOptions(
      request: .init(texts: []), surveys: [try setting.models.shelf.open(path, at: path)])
    let opening = try Opening(new: options, load: setting.models.load)
    let end = try press([], actions: opening.actions)
    #expect(end.view == .heads && end.shownSurvey?.first.name == "first.survey")
    options.surveys.append(try SyntheticSurvey.opened(SyntheticSurvey.survey(layers: 9, heads: 9)))
    let error = #expect(throws: SurveyError.self) { try Opening(new: options, load: setting.models.load) }
    #expect(error?.text.description.contains("9 layers of 9 heads") == true)
  }
}

extension SurveyAnswer {
  fileprivate var opened: OpenedSurvey {
    get throws {
      guard case .found(let opened, _) = self else { throw NotFound(reason: try reason) }
      return opened
    }
  }

  fileprivate var reason: String {
    get throws {
      guard case .unavailable(let reason) = self else { throw NotFound(reason: "it was found") }
      return reason
    }
  }

  private struct NotFound: Error { let reason: String }
}
