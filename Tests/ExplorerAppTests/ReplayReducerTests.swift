import Activations
import Explorer
import ExplorerViews
import Insights
import Sessions
import TestSupport
import Testing

@testable import ExplorerApp

/// Replays and forks, as far as the reducer has to do with them.
struct ReplayReducerTests {
  private let lesson = WorkspaceStore.session(
    (0, .action(.texts(["a lesson"], pair: nil))), (1, .mark("Masks")), (2, .action(.mask(.none))),
    (3, .note("Look")), (4, .action(.mask(.causal))), (9, .action(.mask(.full))))

  @Test func aReplayPlaysAsTimePasses() {
    var store = WorkspaceStore(replaying: lesson, isPaused: false)
    #expect(store.state.playback?.position == 0 && store.state.texts == ["start"])
    store.send(.elapsed(1.5))
    #expect(store.state.texts == ["a lesson"] && store.state.playback?.mark == "Masks")
    store.send(.elapsed(1))
    #expect(store.state.maskMode == .none && store.state.playback?.position == 2)
    #expect(store.workspace.untilNext == 0.5)
    store.send(.playPause)
    store.send(.elapsed(10))
    #expect(store.state.playback?.position == 2, "time does not pass while it is paused")
    store.send(.last)
    #expect(store.state.maskMode == .full)
    store.send(.first)
    #expect(store.state.texts == ["start"])
    #expect(store.recorded(1).isEmpty && store.begun.isEmpty, "whoever looks on records nothing")
  }

  @Test func timeStandsStillWhileAModelIsLoaded() {
    let session = WorkspaceStore.session(
      (0, .action(.texts(["a lesson"], pair: nil))), (1, .action(.loadModel("other"))), (2, .action(.mask(.none))))
    var store = WorkspaceStore(replaying: session, isPaused: false)
    store.send(.elapsed(1))
    #expect(store.state.loadingModel == "other" && store.workspace.untilNext == nil)
    store.send(.elapsed(100))
    #expect(store.state.maskMode == .keys)
    store.send(.explorer(.modelLoaded(Synthetic.model(layers: 2), reference: "other")))
    store.send(.elapsed(1))
    #expect(store.state.maskMode == .none)
  }

  @Test func marksSpeedHelpAndSearchAreTheReplaysOwn() {
    var store = WorkspaceStore(replaying: lesson)
    store.send(.nextMark)
    #expect(store.state.playback?.mark == "Masks")
    store.send(.nextMark)
    #expect(store.state.notice == "there is no mark after this")
    store.send(.faster)
    #expect(store.state.playback?.speed == 1.25)
    store.send(.slower)
    #expect(store.state.playback?.speed == 1)
    store.send(.openHelp)
    store.send(.control(.scrollHelp(3)))
    #expect(store.state.playback?.help == 3)
    store.send(.closeHelp)
    #expect(store.state.playback?.help == nil)
    store.send(.search)
    store.type("lOOk")
    store.send(.submitEntry)
    #expect(store.state.playback?.note == "Look" && store.state.entry == nil)
    store.send(.search)
    store.type("nowhere")
    store.send(.submitEntry)
    #expect(store.state.notice == "no mark or note holds \"nowhere\"")
    #expect(store.send(.leave) == [.display(.leave)], "there is nothing to go back to")
  }

  @Test func whatIsDoneInAForkIsRecordedInOrderAlsoWhereItIsLeftAndComeBackTo() throws {
    var store = WorkspaceStore(replaying: lesson)
    for _ in 0..<2 { store.send(.stepForward) }
    let shown = store.state.scene
    store.send(.takeOver)
    let fork = try #require(store.begun.first)
    #expect(fork.header.forkedFrom == SessionOrigin(session: "A lesson", time: 2, action: 2))
    #expect(store.state.lesson == "A lesson" && store.state.playback == nil)
    #expect(store.state.scene.isLike(shown) && store.state.past.isEmpty, "there undo ends")
    #expect(store.state.recording == .opening)
    store.send(.recording(id: fork.id, RecordingReport(.on(file: "fork.jsonl"))))
    #expect(store.state.recording == .on(file: "fork.jsonl"))
    store.send(.action(.mask(.full)))
    let left = store.state.scene
    store.send(.returnToLesson)
    #expect(store.state.scene == shown && store.state.playback?.position == 2 && store.state.recording == .off)
    // Back in the lesson nothing is recorded, wherever it goes.
    store.send(.stepForward)
    store.send(.stepForward)
    #expect(store.recorded(fork.id).last == .action(.mask(.full)))
    store.send(.takeOver)
    store.send(.action(.show(.head)))
    #expect(store.begun.count == 1, "it is one fork")
    let actions = store.recorded(fork.id).compactMap { if case .action(let action) = $0 { action } else { nil } }
    #expect(store.workspace.fork?.recording.actions == actions.count)
    // The fork alone leads to each place that was seen.
    let first = try #require(actions.firstIndex(of: .mask(.full)))
    #expect(scene(actions[...first]) == left)
    #expect(scene(actions[...]).isLike(store.state.scene) && actions.contains(.reset))
    #expect(store.effects.allSatisfy { if case .recording(.end) = $0 { false } else { true } })
  }

  private func scene(_ actions: ArraySlice<Action>) -> Scene {
    var state = WorkspaceStore.start
    for action in actions { fold(&state, action) }
    return state.scene
  }

  @Test func aGuessIsKeptInAForkThatIsBegunForIt() throws {
    let session = WorkspaceStore.session(
      (0, .action(.texts(["a lesson"], pair: nil))), (1, .question(Question("Which?", answer: .cell(query: 1, key: 0))))
    )
    var store = WorkspaceStore(replaying: session, isPaused: false)
    store.send(.elapsed(2))
    #expect(store.state.playback?.question?.question.text == "Which?")
    store.send(.control(.choose(query: 1, key: 0)))
    store.send(.reveal)
    #expect(store.state.playback?.question?.isRevealed == true && store.state.lesson == nil)
    let id = try #require(store.begun.first?.id)
    #expect(store.recorded(id).last == .guess(.cell(query: 1, key: 0), of: "Which?"))
  }

  @Test func aForkThatCannotBeRecordedSaysSo() {
    var store = WorkspaceStore(replaying: lesson)
    store.send(.takeOver)
    let reason = RecordingStatus.failed("no home folder to record in")
    store.send(.recording(id: store.begun.first?.id ?? 0, RecordingReport(reason)))
    #expect(store.state.recording == reason)
    // A report about another recording is no news about this one.
    store.send(.recording(id: 77, RecordingReport(.on(file: "x"))))
    #expect(store.state.recording == reason)
  }

  @Test func aDifferenceFromWhatWasRecordedIsSaidOnceItIsComputed() {
    let session = WorkspaceStore.session(
      (0, .action(.mask(.none))), (0.5, .fingerprint(Fingerprint(meanEntropies: [9, 9]))))
    var store = WorkspaceStore(replaying: session)
    store.send(.stepForward)
    #expect(store.state.notice == nil)
    store.send(.explorer(.computed(Synthetic.computation(answering: store.state))))
    #expect(store.state.notice?.hasPrefix("this differs from what was recorded") == true)
  }

  @Test func aFollowedSessionGrowsBesideAForkOfIt() throws {
    let folder = TemporaryFolder()
    let line = #"{"headscope-session":1,"title":"Live","created":"2026-01-31T12:00:00Z","model":{"name":"tiny"}}"#
    folder.write(line + "\n", to: "live.jsonl")
    let (tail, session) = try SessionTail.open(folder["live.jsonl"])
    var store = WorkspaceStore(replaying: session, isPaused: false, tail: tail)
    #expect(store.send(.elapsed(0.1)).isEmpty)
    #expect(store.send(.elapsed(0.2)) == [.session(.poll(tail))])
    #expect(store.send(.elapsed(5)).isEmpty, "it is asked for once")
    store.send(.polled(tail, .events([SessionEvent(time: 1, .action(.mask(.none)))], problems: [])))
    #expect(store.state.maskMode == .none && store.state.playback?.isLive == true)
    store.send(.elapsed(1))
    store.send(.takeOver)
    store.send(.polled(tail, .events([SessionEvent(time: 2, .action(.mask(.full)))], problems: [])))
    #expect(store.state.maskMode == .none && store.state.lesson != nil, "the viewer's own picture stays")
    store.send(.returnToLesson)
    #expect(store.state.maskMode == .full)
    store.send(.polled(tail, .events([SessionEvent(time: 3, .action(.mask(.keys)))], problems: [])))
    #expect(store.state.maskMode == .full, "what nobody has asked for is not taken")
  }

  @Test func theSpeakersNotesAreToldOfEveryPlaceOnce() {
    var store = WorkspaceStore(replaying: lesson)
    func told(_ effects: [AppEffect]) -> Int {
      effects.count { if case .session(.tellSpeaker(path: "lesson.jsonl", _)) = $0 { true } else { false } }
    }
    #expect(told(store.effects) == 1)
    #expect(told(store.send(.stepForward)) == 1)
    #expect(told(store.send(.elapsed(1))) == 0)
    #expect(told(store.send(.turnNote)) == 0)
    #expect(told(store.send(.takeOver)) == 0, "what a viewer does alone is nothing for the notes")
  }

  // MARK: Presenter mode

  /// q asks once; whatever else is done takes that back.
  @Test func aClassIsLeftOnlyWhenAskedTwice() {
    var store = WorkspaceStore(replaying: WorkspaceStore.session((1, .action(.show(.head)))))
    store.send(.control(.present(.present)))
    #expect(store.workspace.presenter.presentation?.isAboutToLeave == false)
    store.send(.control(.present(.askToLeave)))
    #expect(store.workspace.presenter.presentation?.isAboutToLeave == true)
    #expect(store.state.word == Presentation.leaving)
    store.send(.stepForward)
    #expect(store.workspace.presenter.presentation?.isAboutToLeave == false)
    store.send(.control(.present(.askToLeave)))
    store.send(.refused("no"))
    #expect(store.workspace.presenter.presentation?.isAboutToLeave == false)
  }

  @Test func presenterModeMovesAsTimePassesAndThenRests() throws {
    var store = WorkspaceStore(animates: true)
    #expect(store.workspace.untilNext == nil)
    store.send(.control(.present(.present)))
    #expect(store.workspace.presenter.presentation?.progress == 1)
    #expect(store.state.notice == Presentation.keys(isReplay: false))
    store.send(.action(.show(.head)))
    #expect(store.workspace.presenter.presentation?.progress == 0 && store.workspace.untilNext == 0.04)
    store.send(.elapsed(1.2))
    #expect(store.workspace.presenter.presentation?.progress == 0.5)
    store.send(.elapsed(1.3))
    #expect(store.workspace.presenter.presentation?.progress == 1 && store.workspace.untilNext == nil)
    store.send(.control(.present(.showSoftmax)))
    #expect(store.workspace.presenter.presentation?.progress == 0)
    for _ in 0..<2 { store.send(.control(.present(.present))) }
    #expect(store.workspace.presenter.presentation == nil && store.workspace.untilNext == nil)
    var still = WorkspaceStore()
    still.send(.control(.present(.present)))
    still.send(.control(.present(.showSoftmax)))
    #expect(still.workspace.presenter.presentation?.progress == 1 && still.workspace.untilNext == nil)
  }
}
