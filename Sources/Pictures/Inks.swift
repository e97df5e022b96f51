import Canvas

/// What a painted canvas comes to as rectangles of colour: everything on it but the text.
struct Inks {
  /// Rectangles that do not overlap, by colour: in the order in which the colours first appear.
  struct Layer {
    /// In units of the whole picture.
    private(set) var areas: [(color: Color, rects: [UnitRect])] = []
    private var places: [Color: Int] = [:]

    fileprivate mutating func add(_ rect: UnitRect, _ color: Color) {
      if let place = places[color] {
        areas[place].rects.append(rect)
      } else {
        places[color] = areas.count
        areas.append((color, [rect]))
      }
    }
  }

  private var grounds = Layer()
  private var strokes = Layer()

  /// In the order in which they have to be drawn.
  var layers: [Layer] { [grounds, strokes] }

  /// - Parameter paper: the colour that is there already.
  init(_ canvas: Canvas, paper: Color) {
    fillHalves(canvas, paper: paper)
    for row in 0..<canvas.size.rows { drawParts(of: canvas, row: row) }
  }

  /// The same colour in a row of half cells, and in how many such rows.
  private struct Run {
    var columns: Range<Int>
    var color: Color
    var top: Int
  }

  /// Backgrounds, whole blocks and halves of cells, merged to the right and then downwards.
  private mutating func fillHalves(_ canvas: Canvas, paper: Color) {
    let columns = canvas.size.columns
    var open = [Run?](repeating: nil, count: columns)
    func close(_ run: Run, at bottom: Int) -> UnitRect {
      UnitRect(
        x: run.columns.lowerBound * 8, y: run.top * 8, width: run.columns.count * 8, height: (bottom - run.top) * 8)
    }
    for line in 0..<(canvas.size.rows * 2) {
      var next = [Run?](repeating: nil, count: columns)
      var start = 0
      while start < columns {
        let color = Self.half(of: canvas[start, line / 2], isLower: line % 2 == 1)
        var end = start + 1
        while end < columns, Self.half(of: canvas[end, line / 2], isLower: line % 2 == 1) == color { end += 1 }
        var run = Run(columns: start..<end, color: color, top: line)
        if let above = open[start], above.columns == run.columns, above.color == color {
          run.top = above.top
          open[start] = nil
        }
        next[start] = run
        start = end
      }
      for case let run? in open where run.color != paper { grounds.add(close(run, at: line), run.color) }
      open = next
    }
    for case let run? in open where run.color != paper { grounds.add(close(run, at: canvas.size.rows * 2), run.color) }
  }

  private static func half(of cell: Cell, isLower: Bool) -> Color {
    let style = cell.style
    switch cell.base {
    case 0x2580: return isLower ? style.background : style.foreground
    case 0x2584: return isLower ? style.foreground : style.background
    case 0x2588: return style.foreground
    case 0x2591...0x2593:
      return style.background.mixed(with: style.foreground, share: BlockGlyph(cell.base)?.share ?? 1)
    default: return style.background
    }
  }

  /// Smaller parts of cells, lines, and what is underlined.
  private mutating func drawParts(of canvas: Canvas, row: Int) {
    var recent: [(rect: UnitRect, color: Color)] = []
    for column in 0..<canvas.size.columns {
      let cell = canvas[column, row]
      var parts: [UnitRect] = []
      switch cell.base {
      case 0x2580, 0x2584, 0x2588, 0x2591...0x2593: break
      default: parts = BlockGlyph(cell.base)?.parts ?? []
      }
      if cell.style.attributes.contains(.underline) { parts.append(UnitRect(x: 0, y: 14, width: 8, height: 1)) }
      for part in parts {
        let rect = UnitRect(x: column * 8 + part.x, y: row * 16 + part.y, width: part.width, height: part.height)
        let neighbour = recent.lastIndex {
          $0.color == cell.style.foreground && $0.rect.y == rect.y && $0.rect.height == rect.height
            && $0.rect.x + $0.rect.width == rect.x
        }
        if let neighbour {
          recent[neighbour].rect.width += rect.width
        } else {
          recent.append((rect, cell.style.foreground))
        }
      }
    }
    for (rect, color) in recent { strokes.add(rect, color) }
  }
}
