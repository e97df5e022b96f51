import Activations
import Canvas
import Explorer
import Support
import Survey
import UserInput

/// All heads as points, near each other where they attend alike: each is written as its layer and its number on the colour of its layer.
struct SurveyMap {
  let state: State
  let appearance: Appearance
  let survey: ShownSurvey
  let area: Rect
  private let distances: SurveyDistances
  /// Where points can lie.
  private let field: Rect

  init?(state: State, appearance: Appearance, survey: ShownSurvey, area: Rect) {
    guard let distances = survey.first.survey.distances, distances.map.count == survey.shape.count else { return nil }
    self.state = state
    self.appearance = appearance
    self.survey = survey
    self.area = area
    self.distances = distances
    field = area.rows >= 4 ? area.inset(top: 1) : area
  }

  /// A point on the screen, with as much of its name as there is room for.
  private struct Mark {
    let head: HeadIndex
    let column: Int
    let row: Int
    let text: String
  }

  func head(at point: Point) -> HeadIndex? {
    // What is drawn last lies on top.
    marks.last { $0.row == point.row && ($0.column..<$0.column + $0.text.count).contains(point.column) }?.head
  }

  func draw(on canvas: inout Canvas) {
    let marks = marks
    if field.row > area.row {
      let named = marks.count { $0.text.count > 1 }
      let sample = "mean Jensen-Shannon on \(Words.grouped(distances.sentences)) sentences"
      let which = survey.second == nil ? "" : " of A"
      let rest = named < survey.shape.count ? "; \(named) of \(survey.shape.count) are named" : ""
      canvas.draw(
        Words.fitting(
          [
            "Map of heads\(which): near ones attend alike (\(sample)); \(Words.layerDotHead)\(rest)",
            "Map of heads\(which): near ones attend alike; \(Words.layerDotHead)\(rest)",
            "Map of heads\(which): near ones attend alike", "Map of heads",
          ], in: area.columns, glyphs: appearance.glyphs), column: area.column, row: area.row,
        style: Style(attributes: .bold), glyphs: appearance.glyphs)
    }
    let painter = HeatPainter(appearance: appearance, colors: state.colors, top: 1)
    let layers = max(survey.shape.layers - 1, 1)
    for mark in marks {
      let isMarked = mark.head == state.head
      let level = Float(mark.head.layer) / Float(layers)
      var style = appearance.hasHeatColors ? painter.style(level) : .plain
      if isMarked { style.attributes = appearance.hasHeatColors ? [.bold, .underline] : [.bold, .reverse] }
      canvas.draw(mark.text, column: mark.column, row: mark.row, style: style, glyphs: appearance.glyphs)
    }
  }

  /// The points in the order in which they are drawn, the marked one last. The marked one and those near it are named first; others
  /// where there is room.
  private var marks: [Mark] {
    let near = survey.neighbours(of: state.head)?.map(\.head) ?? []
    let order = [state.head] + (near.isEmpty ? survey.heads.filter { $0 != state.head } : near)
    var taken: Set<Point> = []
    var marks: [Mark] = []
    for head in order {
      guard let place = place(of: head) else { continue }
      let name = name(of: head)
      let label = head == state.head ? "[\(name)]" : name
      // A name lies around its point, inside of the field.
      let column = min(
        max(place.column - label.count / 2, field.column), max(field.endColumn - label.count, field.column))
      let cells = (column..<column + label.count).map { Point(column: $0, row: place.row) }
      if label.count <= field.columns, taken.isDisjoint(with: cells) {
        taken.formUnion(cells)
        // A gap keeps names apart.
        taken.formUnion([
          Point(column: column - 1, row: place.row), Point(column: column + label.count, row: place.row),
        ])
        marks.append(Mark(head: head, column: column, row: place.row, text: label))
      } else if taken.insert(place).inserted {
        marks.append(Mark(head: head, column: place.column, row: place.row, text: Signs(appearance).dot))
      }
    }
    return marks.reversed()
  }

  private func name(of head: HeadIndex) -> String {
    "\(head.layer + state.countFrom).\(head.head + state.countFrom)"
  }

  private func place(of head: HeadIndex) -> Point? {
    guard let index = survey.shape.place(of: head), field.columns > 0, field.rows > 0 else { return nil }
    let map = distances.map
    func scaled(_ value: Double, _ all: [Double], _ cells: Int) -> Int {
      let finite = all.filter(\.isFinite)
      let (low, high) = (finite.min() ?? 0, finite.max() ?? 0)
      guard value.isFinite, high > low else { return cells / 2 }
      return Int(saturating: (value - low) / (high - low) * Double(cells - 1), rule: .toNearestOrAwayFromZero) ?? 0
    }
    let x = scaled(map[index].x, map.map(\.x), field.columns)
    let y = scaled(map[index].y, map.map(\.y), field.rows)
    return Point(column: field.column + x, row: field.endRow - 1 - y)
  }
}

extension Words {
  /// How a name on the map is read.
  fileprivate static let layerDotHead = "3.7 is layer 3 head 7"
}
