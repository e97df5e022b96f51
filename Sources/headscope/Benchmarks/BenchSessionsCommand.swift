import Activations
import ArgumentParser
import Explorer
import Glibc
import JSON
import Sessions

/// Measures how long recording an action takes, and how fast any place of a session is reached.
struct BenchSessionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sessions",
    abstract: "Record actions in a file, say what each cost its caller, and go to places of it.")

  @Argument(help: "The file, which must not be there yet.") var file: String
  @Option(help: "How many actions are recorded.") var actions = 10_000

  func run() throws {
    guard actions > 0 else { throw UsageError("--actions \(actions): at least one is needed") }
    guard access(file, F_OK) != 0 else { throw UsageError("\(file) is there already") }
    let model = SyntheticModel(layers: 6, heads: 12, positions: 512).description
    let header = SessionHeader(
      title: "A long session", created: SessionStore.timestamp(), program: programVersion,
      model: SessionModel(model, digest: nil))
    let recorder = try Recorder(path: file, header: header) { _ in }
    let clock = ContinuousClock()
    var timings = Timings()
    for index in 0..<actions {
      let event = SessionEvent(time: Double(index) / 10, .action(Self.action(index)))
      timings.add(clock.measure { recorder.record(event) })
    }
    recorder.finish(within: 60)
    var figures = timings.json
    let seeking = try seek(model)
    figures += [
      ("seek_median_ms", .number(seeking.milliseconds(0.5))), ("seek_max_ms", .number(seeking.milliseconds(1))),
    ]
    try BenchOutput().print(.object(JSONObject(figures)))
  }

  /// Goes to places all over the recorded session, the first time with nothing kept from before.
  private func seek(_ model: EncoderDescription) throws -> Timings {
    let session = try SessionFile.read(file)
    let clock = ContinuousClock()
    var timings = Timings()
    var player = Player(session, from: State(model: model))
    // 997 shares no divisor with round numbers: every place comes once.
    for step in 0..<min(actions, 1000) {
      let place = actions - 1 - step * 997 % actions
      timings.add(clock.measure { _ = player.go(toAction: place) })
    }
    return timings
  }

  /// What people do: moving about most of the time, and now and then something else.
  private static func action(_ index: Int) -> Action {
    switch index % 50 {
    case 0: .texts(["The cat ran over there for the \(index)th time"], pair: nil)
    case 10: .pad(to: 12 + index % 7)
    case 20: .mask(MaskMode.allCases[index / 50 % MaskMode.allCases.count])
    case 30: .show(index % 100 < 50 ? .head : .grid)
    default:
      index % 2 == 0
        ? .selectHead(HeadIndex(layer: index % 6, head: index % 12)) : .selectPair(query: index % 5, key: index % 4)
    }
  }
}
