import Canvas
import Explorer

/// Numbers in rows and columns as a picture: as large as it fits, down to dots that stand for several numbers each.
struct MatrixPicture {
  /// What a dot shows that stands for several numbers.
  enum Pooling {
    case largest, largestMagnitude, mean
  }

  var rows: Int
  var columns: Int
  /// Nil where there is nothing, as where the mask blocks a pair.
  var value: (_ row: Int, _ column: Int) -> Float?
  /// What the dots of a row of them show, each of which stands for so many columns and some rows, where that is known without looking at
  /// every number; nil where it is not.
  var dots: ((_ rows: Range<Int>, _ factor: Int) -> [Float?])?
  /// A dot stands for a multiple of so many rows and columns; 1 where every number is held.
  var step = 1
  var painter: any ValuePainter
  var pooling = Pooling.largestMagnitude
  /// Nil where rows or columns have no names.
  var rowName: ((Int) -> String)?
  var columnName: ((Int) -> String)?
  var isDim: (Int) -> Bool = { _ in false }
  var markedRow: Int?
  var markedColumn: Int?
  /// What is written in a cell, from long to short; the longest that fits in every cell is taken.
  var texts: [(_ row: Int, _ column: Int) -> String] = []
  /// The first row at the bottom.
  var isBottomUp = false
  /// How many rows of the screen a cell takes where there is room; nil leaves it to the layout.
  var cellRows: Int?
  /// What stands in the corner, about the axes.
  var corner = ""
}
