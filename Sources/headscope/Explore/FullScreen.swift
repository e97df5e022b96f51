import Activations
import Canvas
import Explorer
import ExplorerApp
import ExplorerViews
import Glibc
import Models
import Sessions
import Support
import Terminal

/// The terminal, opened for a full-screen command, and what belongs to it.
@MainActor
struct FullScreen {
  let terminal: Terminal
  let mailbox: Mailbox
  let scales: [ColorScale]

  /// Says what to use instead where there is no terminal, and what is wrong with one that cannot be used: before anything is
  /// asked or loaded.
  nonisolated static func requireTerminal() throws {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
      throw UsageError(
        "this needs a terminal; without one use 'headscope export TEXT -o FILE', 'headscope tokenize TEXT' or 'headscope replay --check FILE'"
      )
    }
    try MainActor.assumeIsolated { try Terminal.check(assets: Assets.folder()) }
  }

  /// Reads the text that comes on standard input, and takes keys from the controlling terminal from there on.
  ///
  /// - Throws: where there is no such terminal, before anything is read, and where there is no text.
  nonisolated static func readTextAndTakeTerminal() throws -> String {
    var keys: Int32 = -1
    if isatty(STDIN_FILENO) != 1 {
      keys = open("/dev/tty", O_RDWR | O_CLOEXEC)
      guard keys >= 0 else {
        throw UsageError(
          "the text comes on standard input, and there is no terminal to read keys from; use --file FILE in a terminal, or 'headscope export - -o FILE'"
        )
      }
    }
    defer { if keys >= 0 { Glibc.close(keys) } }
    let text = try StandardStreams.readText().withPlainLineEnds
    guard text.contains(where: { !$0.isWhitespace }) else { throw CommandError("there is no text on standard input") }
    if keys >= 0, dup2(keys, STDIN_FILENO) < 0 {
      throw CommandError("cannot read keys from the terminal: \(words: systemMessage())")
    }
    return text
  }

  /// - Parameter mailbox: where answers wait; those that come wake the terminal.
  init(mailbox: Mailbox = Mailbox()) throws {
    let assets = Assets.folder()
    terminal = try Terminal(assets: assets)
    self.mailbox = mailbox
    mailbox.connect { [waker = terminal.waker] in waker.wake() }
    scales = Assets.colorScales(in: assets)
  }

  /// Gives the terminal back.
  func close() { terminal.close() }
}

extension Terminal: Display {
  package func present(_ draw: () -> Canvas) { present(draw()) }
}

extension ExplorerLoop {
  /// Explores in the terminal of a full-screen command.
  convenience init(
    _ state: State, model: any EncodingSource, ahead: Encoding? = nil, screen: FullScreen, surroundings: Surroundings,
    recorder: Recorder? = nil,
    replay: Replay? = nil
  ) {
    self.init(
      state, recorder: recorder, replay: replay,
      handler: EffectHandler(
        model: model, reference: state.loadedModel, ahead: ahead,
        mostProbabilities: surroundings.mostProbabilities, training: surroundings.training,
        surveys: surroundings.surveys, locator: surroundings.locator,
        report: { [mailbox = screen.mailbox] in mailbox.post(.explorer($0)) }),
      display: screen.terminal, mailbox: screen.mailbox, scales: screen.scales, surroundings: surroundings)
  }
}

extension Surroundings {
  /// Those of the process, with so many bytes of probabilities kept at most.
  static func ofProcess(_ memory: MemoryOption) -> Surroundings {
    var surroundings = ofProcess
    surroundings.mostProbabilities = memory.bytes
    return surroundings
  }

  /// Those of the process. `HEADSCOPE_ANIMATION=off` switches animations off.
  static var ofProcess: Surroundings {
    let recorded = RecordedModels()
    let animation = getenv("HEADSCOPE_ANIMATION").map { String(cString: $0).lowercased() }
    return Surroundings(
      locator: { recorded.known(to: .current) }, recordedModels: recorded, training: .ofProgram,
      surveys: .ofProgram, store: .ofUser,
      lessons: .ofProgram,
      now: { MonotonicClock.now }, tellsSpeaker: true, animates: !["off", "0", "no"].contains(animation),
      version: programVersion)
  }
}

extension TrainingGround {
  /// With the tasks that come with the program.
  static var ofProgram: TrainingGround {
    TrainingGround(tasks: TrainingTasks(folder: Assets.folder().map { Files.join($0, "tasks") }))
  }
}

extension SurveyShelf {
  /// With the surveys that come with the program.
  static var ofProgram: SurveyShelf {
    SurveyShelf(folder: Assets.folder().map { Files.join($0, "surveys") })
  }
}

extension SessionStore {
  /// The sessions of the person who runs the program; nil without a home folder.
  static var ofUser: SessionStore? {
    var variables: [String: String] = [:]
    for name in ["HOME", "XDG_DATA_HOME", "HEADSCOPE_SESSIONS"] {
      variables[name] = getenv(name).map { String(cString: $0) }
    }
    return SessionStore(environment: variables)
  }
}
