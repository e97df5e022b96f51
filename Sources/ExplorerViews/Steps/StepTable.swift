import Canvas
import Explorer

/// What a step shows for one query: a line for every key (or head), in columns.
struct StepTable {
  var columns: [StepColumn]
  /// How many lines there are, and what they are called.
  var count: Int
  var name: (Int) -> String
  var isDim: (Int) -> Bool = { _ in false }
  var marked: Int?
  /// The lines with the most of this are shown where not all fit.
  var weight: (Int) -> Double
  /// Lines above and below the others.
  var leads: [StepLine] = []
  var feet: [StepLine] = []
  /// Said in the place of the lines.
  var remark: String?
}

struct StepLine {
  var name: String
  /// One entry a column.
  var cells: [StepCell]
  /// The first cell takes the room of all.
  var isWide = false
}

struct StepColumn {
  var heading: String
  /// The columns of the screen that it needs, and that it would take.
  var columns: (least: Int, most: Int)
  /// The larger, the sooner it is left out where there is no room.
  var rank: Int
  var cell: (Int) -> StepCell
}

enum StepCell {
  case empty
  case text(String)
  /// A bar from zero; `low` and `high` are the ends of its axis.
  case bar(Double, low: Double, high: Double, color: Color?)
  case strip([Float], any ValuePainter)
}

extension StepColumn {
  static func number(_ heading: String, rank: Int, width: Int = 8, _ text: @escaping (Int) -> String) -> StepColumn {
    let width = max(heading.count, width)
    return StepColumn(heading: heading, columns: (width, width), rank: rank) { .text(text($0)) }
  }
}
