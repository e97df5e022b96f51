import Activations
import ArgumentParser
import Canvas
import Explorer
import ExplorerViews
import Models
import Pictures
import Terminal
import UserInput

extension ViewID: ExpressibleByArgument {}

/// How a picture of the screen looks: the same for a sentence and for a session.
struct LookOptions: ParsableArguments {
  @Option(help: .init("How large the picture is, in columns and rows.", valueName: "colsxrows"))
  var size = Size(columns: 120, rows: 40)

  @Option(help: "Dark or light paper (default: dark; a terminal's own colours in .ansi).")
  var theme: Theme?

  @Option(help: "How many colours .ansi has.")
  var depth = ColorDepth.truecolor

  func appearance(_ format: PictureFormat?) -> Appearance {
    var appearance = Appearance(
      depth: format?.isText == true ? .none : format == .ansi ? depth : .truecolor, glyphs: .unicode,
      scales: Assets.colorScales(in: Assets.folder()))
    appearance.isVector = format == .svg
    return appearance
  }
}

/// What of the explorer a picture shows, where it is not what stands there first.
struct PictureOptions: ParsableArguments {
  @Option(help: .init("Write a picture of this view instead of numbers.", valueName: "view"))
  var view: ViewID?

  @OptionGroup var look: LookOptions

  @Option(help: "The layer, from 0.")
  var layer: Int?

  @Option(help: "The head, from 0.")
  var head: Int?

  @Option(help: .init("The query, by its position from 0.", valueName: "position"))
  var query: Int?

  @Option(help: .init("The key, by its position from 0.", valueName: "position"))
  var key: Int?

  @Option(help: .init("The colour scale, such as viridis or cividis.", valueName: "scale"))
  var colors: String?

  @Option(help: .init("Keys to press first, as the help screen names them: 'Enter p Space Ctrl-R'.", valueName: "keys"))
  var keys: String?

  @Flag(help: "As presenter mode shows it to a class.")
  var presenter = false

  @Flag(help: "The view alone, without the lines around it.")
  var bare = false

  /// Those of the options that say nothing without `--view`.
  var isUsed: Bool {
    layer != nil || head != nil || query != nil || key != nil || colors != nil || keys != nil || bare || presenter
      || look.theme != nil
  }
}
