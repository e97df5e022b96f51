import Activations
import UserInput

/// What keys and the mouse ask of the picture on the screen: where things lie in it and how much of them is seen.
///
/// The drawing code implements it. State, reducer and keys do not depend on drawing, so that they can be built and tested
/// without it.
public protocol ScreenLayout {
  /// How many rows the view has.
  var viewRows: Int { get }
  /// What lies at a point; `isDouble` says that it is pressed for the second time.
  func place(at point: Point, isDouble: Bool) -> ScreenPlace
  /// The sizes of cells that the view can have, from large to small, and the present one; nil where it has none.
  var cellSizes: CellSizes? { get }
  /// Whether there is room for the running text beside a head.
  var hasRoomForText: Bool { get }
  /// The marked number of the view as text, or its row with the names of columns; nil where there is none.
  func copied(row: Bool) -> String?
  /// The pair with the largest number of the picture; nil where the view shows no such picture.
  var strongestPair: (query: Int, key: Int)? { get }
  /// The head so many places and lines away from another among the numbers of the grid; nil where there is none.
  func head(from head: HeadIndex, places: Int, lines: Int) -> HeadIndex?
  /// Where the list of all keys is scrolled to by a command that moves.
  func helpScroll(from line: Int, by command: Command) -> Int
  /// What looks odd, in the order of the list that lies over the view.
  var oddities: Oddities { get }
  /// The names of the colour scales in their order, and of the present one.
  var colorScales: (all: [String], present: String) { get }
  /// Whether a class looks at it, and whether it is blank.
  var isPresented: Bool { get }
  var isBlank: Bool { get }
  /// Whether the class was about to be left with the last key.
  var isAboutToLeave: Bool { get }
}

/// What lies at a point of the screen.
public enum ScreenPlace: Sendable, Equatable {
  /// A hint: the key that it speaks of.
  case hint(Key)
  /// A view's name in the first line.
  case view(ViewID)
  /// A token of the sentence.
  case token(Int)
  /// A moment of a replay, as a share of the whole.
  case moment(Double)
  /// A line of a list that lies over the view, by its place in the list.
  case line(Int)
  /// A place in the view, with what a press of the mouse means there.
  case inView(Resolution)
  case nothing
}

/// Sizes of cells from large to small.
public struct CellSizes: Sendable, Equatable {
  /// All sizes that the view can have, from large to small.
  public var all: [CellSize]
  /// The size on the screen now.
  public var present: CellSize

  /// Sizes from large to small, and the one on the screen now.
  public init(all: [CellSize], present: CellSize) {
    self.all = all
    self.present = present
  }
}

/// The oddities that keys can go to.
public struct Oddities: Sendable, Equatable {
  /// What going to each of them means.
  public var goals: [Resolution]
  /// Whether everything has been looked at.
  public var isComplete: Bool

  /// Goals in the order of the list, and whether there can be no more of them.
  public init(goals: [Resolution], isComplete: Bool) {
    self.goals = goals
    self.isComplete = isComplete
  }
}
