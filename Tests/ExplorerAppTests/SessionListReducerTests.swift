import Explorer
import Testing

@testable import ExplorerApp
@testable import Sessions

/// The list of sessions and what is typed, as far as the reducer has to do with them.
struct SessionListReducerTests {
  private func summary(_ name: String, _ title: String) -> SessionSummary {
    var header = WorkspaceStore.header
    header.title = title
    return SessionSummary(path: "/sessions/\(name).jsonl", header: header)
  }

  private var listing: SessionListing {
    var listing = SessionListing()
    listing.own = [summary("c", "On cats"), summary("d", "On dogs"), summary("b", "On cats and birds")]
    listing.lessons = [summary("lesson", "A lesson on cats")]
    return listing
  }

  /// With the list open, and read.
  private func opened() throws -> WorkspaceStore {
    var store = WorkspaceStore(recording: Recording(id: Recording.first, status: .on(file: "here.jsonl")))
    store.send(.openList)
    store.send(.listed(id: try #require(store.listRequest), listing))
    return store
  }

  private func titles(_ store: WorkspaceStore) -> [String] { store.state.browser?.sessions?.map(\.title) ?? [] }

  @Test func theListIsReadBeforeKeysMeanAnythingInIt() throws {
    var store = WorkspaceStore()
    store.send(.openList)
    #expect(store.state.browser != nil && store.state.browser?.sessions == nil && store.workspace.awaitsFiles)
    let request = try #require(store.listRequest)
    store.send(.listed(id: request, listing))
    #expect(titles(store) == ["On cats", "On dogs", "On cats and birds", "A lesson on cats"])
    #expect(!store.workspace.awaitsFiles)
    #expect(store.effects.last == .session(.preview(path: "/sessions/c.jsonl")))
  }

  @Test func anAnswerThatIsNotWantedAnyMoreChangesNothing() throws {
    var store = try opened()
    let first = store.listRequest ?? 0
    store.send(.control(.markSession(1)))
    store.send(.previewed(path: "/sessions/c.jsonl", ["what happens with cats"]))
    #expect(store.state.browser?.preview == [], "another session is marked meanwhile")
    store.send(.previewed(path: "/sessions/d.jsonl", ["what happens with dogs"]))
    #expect(store.state.browser?.preview == ["what happens with dogs"])
    store.send(.restore)
    store.send(.listed(id: first, SessionListing()))
    #expect(titles(store).count == 4 && store.workspace.awaitsFiles)
    store.send(.closeList)
    store.send(.listed(id: store.listRequest ?? 0, listing))
    store.send(.previewed(path: "/sessions/d.jsonl", ["late"]))
    #expect(store.state.browser == nil)
  }

  @Test func aSearchKeepsTheMarkOnItsSession() throws {
    var store = try opened()
    store.send(.control(.markSession(2)))
    store.send(.filter)
    let before = store.effects.count
    store.type("cats")
    #expect(titles(store) == ["On cats", "On cats and birds", "A lesson on cats"])
    #expect(store.state.browser?.choice?.title == "On cats and birds")
    #expect(store.effects.count == before, "its preview is there already")
    store.type("dogs")
    #expect(titles(store) == ["On dogs"] && store.state.browser?.marked == 0)
    #expect(store.effects.last == .session(.preview(path: "/sessions/d.jsonl")))
    store.send(.submitEntry)
    store.send(.filter)
    #expect(store.state.entry?.text == "dogs")
    store.type("nothing like it")
    #expect(titles(store).isEmpty && store.state.browser?.preview == [])
  }

  @Test func sessionsAreRenamedDeletedAndBroughtBack() throws {
    var store = try opened()
    store.send(.control(.markSession(1)))
    store.send(.rename)
    #expect(store.state.entry?.text == "On dogs")
    store.type("On wolves")
    store.send(.submitEntry)
    let rename = ListChange.rename(path: "/sessions/d.jsonl", to: "On wolves")
    #expect(store.effects.last == .session(.list(id: store.listRequest ?? 0, rename)))
    #expect(store.workspace.awaitsFiles && titles(store).count == 4, "what there was stays until there is an answer")
    var renamed = listing
    renamed.own[1] = summary("w", "On wolves")
    (renamed.changed, renamed.words) = ("/sessions/w.jsonl", "renamed")
    store.send(.listed(id: store.listRequest ?? 0, renamed))
    #expect(store.state.browser?.choice?.title == "On wolves" && store.state.notice == "renamed")
    store.send(.delete)
    #expect(
      store.effects.last
        == .session(
          .list(id: store.listRequest ?? 0, .delete(path: "/sessions/w.jsonl", title: "On wolves"))))
    renamed.own.remove(at: 1)
    renamed.changed = nil
    store.send(.listed(id: store.listRequest ?? 0, renamed))
    #expect(store.state.browser?.choice?.title == "On cats and birds", "the mark stays near")
    store.send(.restore)
    #expect(store.effects.last == .session(.list(id: store.listRequest ?? 0, .restore)))
  }

  @Test(arguments: [SessionCommand.rename, .delete, .open]) func aLessonStaysAsItIs(command: SessionCommand) throws {
    var store = try opened()
    store.send(.control(.markSession(3)))
    #expect(store.send(command).isEmpty)
    #expect(store.state.notice?.hasPrefix("a lesson that comes with the program stays as it is") == true)
  }

  @Test func whatCannotBeOpenedIsSaidAndTheListStays() throws {
    var store = try opened()
    guard case .session(.open(let id, let request)) = try #require(store.send(.replay).last) else {
      Issue.record("nothing is opened")
      return
    }
    #expect(request.session.title == "On cats" && request.purpose == .replay && store.workspace.awaitsFiles)
    store.send(.openingFailed(id: id + 1, reason: "another one"))
    #expect(store.workspace.awaitsFiles)
    store.send(.openingFailed(id: id, reason: "no model named 'tiny'"))
    #expect(store.state.notice == "no model named 'tiny'" && store.state.browser != nil)
    #expect(!store.workspace.awaitsFiles && store.workspace.replay == nil)
  }

  private func open(_ command: SessionCommand, in store: inout WorkspaceStore) -> Int {
    if case .session(.open(let id, _))? = store.send(command).last { id } else { 0 }
  }

  @Test func aReplayFromTheListLeadsBackToWhatWasThere() throws {
    var store = WorkspaceStore(recording: Recording(id: Recording.first, status: .on(file: "here.jsonl")))
    store.send(.action(.mask(.causal)))
    let before = store.state.scene
    store.send(.openList)
    store.send(.listed(id: try #require(store.listRequest), listing))
    let session = WorkspaceStore.session((0, .action(.mask(.none))), (1, .action(.mask(.full))))
    let id = open(.replay, in: &store)
    store.send(
      .opened(
        id: id,
        .replay(Player(session, from: WorkspaceStore.start), path: "/sessions/c.jsonl", problem: "line 3 is odd")))
    #expect(store.state.browser == nil && store.state.notice == "line 3 is odd")
    #expect(store.state.playback?.title == "A lesson" && store.state.recording == .off)
    store.send(.openList)
    #expect(store.state.browser == nil && store.state.notice?.contains("Esc goes back") == true)
    store.send(.takeOver)
    let fork = try #require(store.begun.first?.id)
    store.send(.returnToLesson)
    let asked = store.send(.leave)
    #expect(asked == [.session(.closeSpeaker(path: "/sessions/c.jsonl")), .recording(.end(id: fork))])
    #expect(store.state.scene == before && store.state.playback == nil)
    #expect(store.state.recording == .on(file: "here.jsonl"))
    store.send(.action(.mask(.keys)))
    #expect(store.recorded(Recording.first) == [.action(.mask(.causal)), .action(.mask(.keys))])
  }

  @Test func continuingASessionRecordsInItFromThenOn() throws {
    var store = try opened()
    let id = open(.open, in: &store)
    var scene = store.state.scene
    scene.exploration.maskMode = .none
    let other = Recording(id: 40, status: .on(file: "/sessions/c.jsonl"), actions: 7)
    // What is computed meanwhile belongs to the session from before.
    let asked = store.send(.opened(id: id, .goingOn(other, scene, words: "continuing")))
    #expect(asked == [.recording(.end(id: Recording.first))])
    #expect(store.state.maskMode == .none && store.state.notice == "continuing" && store.state.browser == nil)
    #expect(store.state.recording == .on(file: "/sessions/c.jsonl"))
    store.send(.action(.mask(.full)))
    #expect(store.recorded(40) == [.action(.mask(.full))] && store.workspace.recording?.actions == 8)
  }

  @Test func aForkFromTheListIsANewSessionThatLeadsThere() throws {
    var store = try opened()
    let id = open(.fork, in: &store)
    var header = WorkspaceStore.header
    header.forkedFrom = SessionOrigin(session: "On cats", time: 9, action: 30)
    store.send(.opened(id: id, .fork(header, actions: [.mask(.none)], start: WorkspaceStore.start)))
    let fork = try #require(store.begun.first)
    #expect(fork.header.forkedFrom?.action == 30)
    #expect(store.recorded(fork.id) == [.action(.mask(.none)), .action(.begin)])
    #expect(store.state.maskMode == .none && store.state.past.isEmpty && store.workspace.recording?.actions == 2)
    #expect(store.state.notice == "a new session, from the end of \"A lesson\"")
  }

  // MARK: What is typed

  @Test func marksNotesAndQuestionsGoIntoTheSession() throws {
    var store = WorkspaceStore(recording: Recording(id: Recording.first, status: .on(file: "here.jsonl")))
    for (command, text) in [
      (SessionCommand.mark, "Here"), (.note, "Look"), (.question, "How much? = 0.25"), (.mark, ""),
    ] {
      store.send(command)
      #expect(store.state.entry?.text == "")
      store.type(text)
      store.send(.submitEntry)
      #expect(store.state.entry == nil)
    }
    store.send(.mark)
    store.type("not this one")
    store.send(.cancelEntry)
    let question = Question("How much?", answer: .number(0.25, within: 0.025))
    // The place is kept in the list of marks, too, and the note goes with it.
    let (mark, note) = (
      Action.places(.keep(title: "Here", note: "")), Action.places(.keep(title: "", note: "Look"))
    )
    #expect(
      store.recorded(Recording.first) == [
        .mark("Here"), .action(mark), .note("Look"), .action(note), .question(question),
      ])
    #expect(store.state.places.map(\.title) == ["Here"] && store.state.places.map(\.note) == ["Look"])
  }

  @Test func whereNothingIsRecordedThereIsNowhereToPutAMark() {
    var store = WorkspaceStore(hasSessions: false)
    store.send(.mark)
    #expect(store.state.entry == nil && store.state.notice?.hasPrefix("nothing is recorded") == true)
    store.send(.openList)
    #expect(store.state.browser == nil && store.state.notice == "there is no home folder that sessions could be in")
  }
}
