import Canvas

/// A screen of the explorer: what it is called, how it draws, what it says in words, what keys mean to it, and what it
/// needs. Each view is such a type in a folder of its own, and a case of `ViewID`.
protocol ViewContent {
  static var title: String { get }
  /// A few words about it for the help screen.
  static var summary: String { get }
  /// What is on the screen, with its shapes, from long to short.
  static func explanation(_ state: State) -> [String]
  /// A line in words about what is marked or has changed, from long to short.
  static func detail(_ state: State, _ appearance: Appearance) -> [String]
  /// The formula of the moment for presenter mode, from long to short.
  static func formula(_ state: State) -> [String]

  /// The tokens that the line of tokens marks: those of the crosshair that the view has.
  static var marks: TokenMarks { get }
  /// Whether another sentence of the batch is computed beside the one that is shown.
  static func showsTwoSentences(_ state: State) -> Bool
  /// What the colours stand for; nil where there are none.
  static func legend(_ state: State) -> Legend?
  /// What has to be worked out for the view.
  static func analyses(_ state: State) -> [Analysis]

  /// Draws the view into `area`.
  static func draw(_ state: State, _ appearance: Appearance, in area: Rect, on canvas: inout Canvas)
  /// What the view does with keys and the mouse; `area` is where it is drawn.
  static func controls(_ state: State, _ appearance: Appearance, in area: Rect) -> any ViewControls
}

extension ViewContent {
  static func formula(_ state: State) -> [String] { [] }
  static var marks: TokenMarks { [] }
  static func showsTwoSentences(_ state: State) -> Bool { false }
  static func legend(_ state: State) -> Legend? { Legend(state) }
  static func analyses(_ state: State) -> [Analysis] { [] }
}

/// What of the crosshair a view shows.
struct TokenMarks: OptionSet {
  let rawValue: Int
  static let query = TokenMarks(rawValue: 1)
  static let key = TokenMarks(rawValue: 2)
}

/// What keys and the mouse mean to a view.
protocol ViewControls {
  /// Nil where the command means the same in every view, or nothing.
  func resolve(_ command: Command) -> Resolution?
  /// A press of the mouse inside the view; `isDouble` for the second of two.
  func press(at point: Point, isDouble: Bool) -> Resolution
}
