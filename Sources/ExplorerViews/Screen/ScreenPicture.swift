import Activations
import Canvas
import Explorer
import UserInput

/// A state as it is shown on a screen of a size, for the keymap: where things lie in the picture.
package struct ScreenPicture: ScreenLayout {
  private let state: State
  private let appearance: Appearance
  private let size: Size

  package init(_ state: State, appearance: Appearance, size: Size) {
    self.state = state
    self.appearance = appearance
    self.size = size
  }

  private var frame: Frame { Frame(state: state, appearance: appearance, size: size) }
  private var area: Rect { frame.main }
  private var isTooSmall: Bool { size.columns < Frame.smallest.columns || size.rows < Frame.smallest.rows }

  package var viewRows: Int { area.rows }

  package func place(at point: Point, isDouble: Bool) -> ScreenPlace {
    isTooSmall ? .nothing : ScreenPlaces(state: state, appearance: appearance, frame: frame).place(at: point, isDouble)
  }

  package var cellSizes: CellSizes? {
    state.obstacle != nil ? nil : state.view.drawing.cellSizes(state, appearance, in: area)
  }

  package var hasRoomForText: Bool {
    appearance.presentation == nil
      ? DocumentRoom.split(area) != nil
      : HeadPresenter.roomForText(in: area, state, appearance.glyphs) != nil
  }

  package func copied(row: Bool) -> String? {
    row ? state.numbersOfView?.markedRow : state.numbersOfView?.markedNumber
  }

  package var strongestPair: (query: Int, key: Int)? {
    guard let picture = HeadPicture(onScreen: state) else { return nil }
    if picture.shown.whole == nil, picture.quantity == .probability {
      let strongest =
        picture.filter.isActive
        ? state.hiddenOverview(of: picture.index)?.strongest : state.overview(of: picture.index)?.strongest
      return strongest.map { ($0.query, $0.key) }
    }
    return picture.strongest(picture.queryInput.realPositions).map { ($0.query, $0.key) }
  }

  package func head(from head: HeadIndex, places: Int, lines: Int) -> HeadIndex? {
    let layout = SurveyGridDrawing(state, appearance, in: area)?.layout ?? NumberGridLayout(state: state, area: area)
    return layout.head(from: head, places: places, lines: lines)
  }

  package func helpScroll(from line: Int, by command: Command) -> Int {
    HelpView(size: size, glyphs: appearance.glyphs, first: state.playback == nil ? nil : .replay)
      .scroll(from: line, by: command)
  }

  package var oddities: Oddities {
    let list = OddityList(state, appearance)
    return Oddities(goals: list.oddities.map(\.goal), isComplete: list.isComplete)
  }

  package var colorScales: (all: [String], present: String) {
    (appearance.scales.map(\.id), appearance.scale(named: state.colors).id)
  }

  package var isPresented: Bool { appearance.presentation != nil }
  package var isBlank: Bool { appearance.presentation?.isBlank == true }
  package var isAboutToLeave: Bool { appearance.presentation?.isAboutToLeave == true }
}

extension Keymap {
  /// What an input means in a state, shown in an appearance on a screen of a size.
  package static func resolve(_ input: Input, state: State, appearance: Appearance, size: Size) -> Resolution {
    resolve(input, state: state, on: ScreenPicture(state, appearance: appearance, size: size))
  }

  /// The same of the first of some inputs, with how many of them make one change.
  package static func resolve(
    _ inputs: ArraySlice<Input>, state: State, appearance: Appearance, size: Size
  ) -> (resolution: Resolution, count: Int) {
    resolve(inputs, state: state, on: ScreenPicture(state, appearance: appearance, size: size))
  }
}
