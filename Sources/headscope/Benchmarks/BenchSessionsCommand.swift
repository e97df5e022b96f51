import Activations
import ArgumentParser
import Explorer
import Glibc
import JSON
import Sessions

/// What recording an action costs whoever records, and how fast any place of a session is reached.
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
    var line = JSONObject(timings.json)
    let seeking = try seek(model)
    line["seek_median_ms"] = .number(seeking.milliseconds(0.5))
    line["seek_max_ms"] = .number(seeking.milliseconds(1))
    try BenchOutput().print(.object(line))
  }

  /// Twenty places, each reached by folding the actions from the beginning: no way there takes longer.
  private func seek(_ model: EncoderDescription) throws -> Timings {
    let session = try SessionFile.read(file)
    let clock = ContinuousClock()
    var timings = Timings()
    for place in 1...20 {
      let end = session.duration * Double(place) / 20
      let duration = clock.measure {
        var state = State(model: model)
        for event in session.events where event.time <= end {
          if case .action(let action) = event.content { _ = reduce(&state, .action(action)) }
        }
      }
      timings.add(duration)
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
