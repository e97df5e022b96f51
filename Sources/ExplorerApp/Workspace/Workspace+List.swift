import Explorer
import Sessions

/// The sessions in the list that is open.
struct OpenList: Sendable, Equatable {
  /// The sessions; nil until they are read.
  var listing: SessionListing?
  /// The number of the request that has not been answered yet.
  var request: Int?
}

/// The list of sessions, and what is done with the marked one.
extension Workspace {
  mutating func openList() {
    guard replay == nil else {
      tell(.notice("Esc goes back to the lesson; the list of sessions is open to those who explore"))
      return
    }
    guard hasSessions else {
      tell(.notice("there is no home folder that sessions could be in"))
      return
    }
    list = OpenList()
    tell(.browser(SessionBrowser()))
    change(nil)
  }

  mutating func closeList() {
    list = nil
    tell(.browser(nil))
  }

  /// Changes a session, and lists what there is then.
  mutating func change(_ change: ListChange?) {
    guard list != nil else { return }
    let id = number()
    list?.request = id
    ask(.list(id: id, change))
  }

  /// Does something with the marked session that changes its file.
  mutating func changeOwn(_ change: (inout Workspace, SessionChoice) -> Void) {
    guard let choice = state.browser?.choice else { return }
    guard choice.origin == .own else {
      tell(.notice("a lesson that comes with the program stays as it is; f explores from its end in a new session"))
      return
    }
    change(&self, choice)
  }

  /// The list as it was read; the mark stays on its session, or near it.
  mutating func take(_ listing: SessionListing, _ id: Int) {
    guard list?.request == id else { return }
    list = OpenList(listing: listing)
    select(marking: listing.changed ?? state.browser?.choice?.path, isNew: true)
    if let words = listing.words { tell(.notice(words)) }
  }

  mutating func filter(_ words: String) {
    guard var browser = state.browser else { return }
    let path = browser.choice?.path
    browser.filter = words
    tell(.browser(browser))
    select(marking: path, isNew: false)
  }

  /// Shows the sessions that have the words which are looked for.
  ///
  /// - Parameter isNew: whether the files may have changed.
  private mutating func select(marking path: String?, isNew: Bool) {
    guard let listing = list?.listing, var browser = state.browser else { return }
    func choices(_ summaries: [SessionSummary], areOwn: Bool) -> [SessionChoice] {
      summaries.filter { $0.matches(browser.filter) }.map { SessionChoice($0, isOwn: areOwn) }
    }
    let before = browser.choice?.path
    let choices = choices(listing.own, areOwn: true) + choices(listing.lessons, areOwn: false)
    browser.sessions = choices
    browser.canRestore = listing.canRestore
    browser.marked = choices.firstIndex { $0.path == path } ?? min(browser.marked, max(choices.count - 1, 0))
    tell(.browser(browser))
    if isNew || browser.choice?.path != before { preview() }
  }

  mutating func mark(_ line: Int) {
    guard var browser = state.browser, browser.marked != line else { return }
    browser.marked = line
    tell(.browser(browser))
    preview()
  }

  /// Asks what happens in the marked session. Until that is known nothing is said of it.
  private mutating func preview() {
    guard var browser = state.browser else { return }
    browser.preview = []
    tell(.browser(browser))
    if let path = browser.choice?.path { ask(.preview(path: path)) }
  }

  mutating func take(_ preview: [String], of path: String) {
    guard var browser = state.browser, browser.choice?.path == path else { return }
    browser.preview = preview
    tell(.browser(browser))
  }

  // MARK: Opening

  /// Opens the marked session; the list closes when that succeeds.
  mutating func openMarked(_ purpose: OpeningRequest.Purpose) {
    guard let choice = state.browser?.choice else { return }
    let id = number()
    opening = id
    ask(.open(id: id, OpeningRequest(session: choice, purpose: purpose, model: state.model)))
  }

  mutating func take(_ session: OpenedSession, _ id: Int) {
    guard opening == id else { return }
    opening = nil
    closeList()
    switch session {
    case .replay(let player, let path, let problem):
      home = state.scene
      replay = Replay(player, path: path)
      if let scene = replay?.player.scene() { tell(.scene(scene)) }
      if let problem { tell(.notice(problem)) }
    case .goingOn(let recording, let scene, let words):
      goOn(in: recording, from: scene)
      tell(.notice(words))
    case .fork(let header, let actions, var state):
      goOn(in: begin(header), from: nil)
      for action in actions + [.begin] {
        record(.action(action))
        fold(&state, action)
      }
      tell(.scene(state.scene))
      tell(.notice("a new session, from the end of \"\(header.title)\""))
    }
  }

  /// From here on another session is recorded.
  private mutating func goOn(in other: Recording, from scene: Scene?) {
    end(recording)
    recording = other
    if let scene { tell(.scene(scene)) }
  }
}

extension SessionChoice {
  init(_ summary: SessionSummary, isOwn: Bool) {
    self.init(
      path: summary.path, name: summary.name, title: summary.header.title, model: summary.header.model.name,
      weights: summary.header.model.digest, created: summary.header.created, seconds: summary.duration,
      actions: summary.actions, marks: summary.marks.map(\.title),
      origin: isOwn ? .own : summary.lessonNumber != nil ? .lesson : .example)
  }
}
