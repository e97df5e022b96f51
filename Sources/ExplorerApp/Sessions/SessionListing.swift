import Canvas
import Explorer
import Sessions
import Support

/// The list of sessions as the screen shows it, and what is done to the files behind it.
@MainActor
package struct SessionListing {
  private let store: SessionStore
  /// What comes with the program.
  private let lessons: [SessionSummary]
  private var summaries: [SessionSummary] = []
  private(set) var browser = SessionBrowser()

  init(_ store: SessionStore, lessons: SessionStore?) {
    self.store = store
    self.lessons = lessons.map { SessionList(scanning: $0.paths()).summaries.sorted { $0.name < $1.name } } ?? []
    reload()
  }

  /// The list is read anew; the mark stays on its session, or near it.
  private mutating func reload(marking path: String? = nil) {
    // The newest first: that is what people come back to.
    summaries = SessionList(scanning: store.paths()).summaries.reversed()
    browser.canRestore = !SessionTrash(folder: store.folder).items().isEmpty
    select(marking: path ?? browser.choice?.path)
  }

  private mutating func select(marking path: String?) {
    func choices(_ summaries: [SessionSummary], areLessons: Bool) -> [SessionChoice] {
      summaries.filter { $0.matches(browser.filter) }.map { summary in
        SessionChoice(
          path: summary.path, name: summary.name, title: summary.header.title, model: summary.header.model.name,
          weights: summary.header.model.digest, created: summary.header.created, seconds: summary.duration,
          actions: summary.actions,
          marks: summary.marks.map(\.title), isLesson: areLessons)
      }
    }
    let choices = choices(summaries, areLessons: false) + choices(lessons, areLessons: true)
    browser.sessions = choices
    mark(choices.firstIndex { $0.path == path } ?? min(browser.marked, max(choices.count - 1, 0)))
  }

  mutating func mark(_ line: Int) {
    browser.marked = line
    browser.preview = browser.choice.map { preview(of: $0.path) } ?? []
  }

  mutating func filter(_ words: String) {
    browser.filter = words
    select(marking: browser.choice?.path)
  }

  private func preview(of path: String) -> [String] {
    do throws(SessionError) {
      return try SessionFile.read(path).events.prefix(200).compactMap { event in
        if case .fingerprint = event.content { return nil }
        return "\(clock(event.time))  \(visible(event.content.words))"
      }
    } catch {
      return [error.description]
    }
  }

  /// - Returns: what was done, in words.
  mutating func rename(to title: String) -> String {
    guard let choice = browser.choice else { return "no session is marked" }
    do throws(SessionError) {
      reload(marking: try SessionStore.rename(choice.path, to: title, now: SessionStore.timestamp()))
      return "renamed; the old version is in the trash"
    } catch {
      return error.description
    }
  }

  mutating func delete() -> String {
    guard let choice = browser.choice else { return "no session is marked" }
    do throws(SessionError) {
      try SessionTrash(for: choice.path).take(choice.path, now: SessionStore.timestamp())
      reload()
      return "\"\(choice.title)\" is in the trash; u brings it back"
    } catch {
      return error.description
    }
  }

  mutating func restore() -> String {
    do throws(SessionError) {
      reload(marking: try SessionTrash(folder: store.folder).restore())
      return "brought back from the trash"
    } catch {
      return error.description
    }
  }
}
