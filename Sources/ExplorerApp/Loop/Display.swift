import Canvas
import UserInput

/// What the explorer draws on and takes input from: a terminal, or a stand-in without one.
@MainActor
package protocol Display: AnyObject {
  var size: Size { get }
  var colorDepth: ColorDepth { get }
  var glyphs: GlyphSet { get }

  /// The next input; waits for it, at most so many milliseconds if given, and is nil if none came. After `Input.end`, only
  /// that comes.
  func nextInput(timeoutMilliseconds: Int?) -> Input?
  /// Shows a picture; a display without a screen need not call `draw`.
  func present(_ draw: () -> Canvas)
  /// Draws everything anew.
  func redraw()
  /// Asks the terminal to put a text on its clipboard.
  func copy(_ text: String)
  /// Gives the screen away until the job is continued.
  func suspend()
}
