import Activations
import Canvas
import Explorer
import ExplorerApp
import ExplorerViews
import Exporting
import Models
import Pictures
import UserInput

/// `export --view`: one picture of a sentence.
struct PictureExport {
  let model: any EncodingSource
  let request: EncodeRequest
  let view: ViewID
  let options: PictureOptions
  let format: PictureFormat
  let destination: OutputFile.Destination
  /// How many bytes of probabilities are held at most; nil: what is available decides.
  var mostProbabilities: Int?

  func run() throws {
    var appearance = options.look.appearance(format)
    if options.presenter { appearance.presentation = Presentation(theme: options.look.theme ?? .dark) }
    var explorer = try OffscreenExplorer(
      try state(), model: model, appearance: appearance, size: options.look.size, training: .ofProgram,
      surveys: .ofProgram, mostProbabilities: mostProbabilities)
    try checkPair(explorer.state)
    for key in try keys() {
      do { try explorer.press(key) } catch let error as UnusableKey { throw CommandError("--keys: " + error.text) }
    }
    let file = try OutputFile(destination, randomAccess: false)
    try file.append(
      format.text(
        options.bare ? explorer.bareCanvas : explorer.canvas, theme: options.look.theme, depth: options.look.depth,
        title: title(of: explorer.state)))
    try file.finish()
  }

  /// The state that the command line asks for.
  private func state() throws -> State {
    var state = State(model: model.description, texts: request.texts)
    state.pair = request.pair
    state.exploration.padTo = request.padTo
    state.padSide = request.padSide
    state.maskMode = request.maskMode
    state.view = view
    let layer = try inside(options.layer, "--layer", count: model.description.layers)
    let head = try inside(options.head, "--head", count: model.description.heads)
    state.exploration.head = HeadIndex(layer: layer, head: head)
    state.exploration.mark(query: options.query ?? 0, key: options.key ?? 0)
    if let colors = options.colors {
      let names = options.look.appearance(format).scales.map(\.id)
      guard names.contains(colors) else {
        throw CommandError("there is no colour scale '\(colors)'; there are \(names.joined(separator: ", "))")
      }
      state.colors = colors
    }
    return state
  }

  private func inside(_ value: Int?, _ option: String, count: Int) throws -> Int {
    let value = value ?? 0
    guard value >= 0, value < count else {
      throw CommandError("\(option) \(value): \(model.description.name.singleLine) has 0 to \(count - 1)")
    }
    return value
  }

  private func checkPair(_ state: State) throws {
    try checkPosition(options.query, "--query", count: state.queryPositions)
    try checkPosition(options.key, "--key", count: state.positions)
  }

  private func checkPosition(_ position: Int?, _ option: String, count: Int) throws {
    guard let position, !(0..<max(count, 0)).contains(position) else { return }
    throw CommandError("\(option) \(position): the text has the positions 0 to \(max(count - 1, 0))")
  }

  private func keys() throws -> [Key] {
    try (options.keys ?? "").split(separator: " ").map { name in
      guard let key = Key(named: String(name)) else { throw CommandError("--keys: there is no key '\(name)'") }
      return key
    }
  }

  private func title(of state: State) -> String {
    "Headscope, \(state.view.title): \(state.texts.joined(separator: " / ")) (\(model.description.name))"
  }
}
