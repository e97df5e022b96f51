import Canvas
import Explorer
import Support

/// A bar from zero to a value, on an axis from `low` to `high`.
struct SignedBar {
  let value: Double
  let low: Double
  let high: Double
  let color: Color?
  let appearance: Appearance

  func draw(column: Int, row: Int, columns: Int, on canvas: inout Canvas) {
    let (low, high) = (min(low, 0), max(high, 0))
    guard columns > 0, value.isFinite, high - low > 0, (high - low).isFinite else { return }
    let parts = Signs(appearance).parts
    let steps = parts.count - 1
    // Zero lies between two cells, so that only the end of a bar is a part of one.
    let zero = (Int(saturating: -low / (high - low) * Double(columns), rule: .toNearestOrAwayFromZero) ?? 0) * steps
    let length = (min(max(value, low), high)) / (high - low) * Double(columns * steps)
    let end = min(max(zero + (Int(saturating: length, rule: .toNearestOrAwayFromZero) ?? 0), 0), columns * steps)
    let style = appearance.hasHeatColors ? Style(foreground: color ?? .standard) : .plain
    for cell in 0..<columns {
      let (left, right) = (cell * steps, (cell + 1) * steps)
      let filled = min(max(end, zero), right) - max(min(end, zero), left)
      guard filled > 0 else { continue }
      if end >= zero || filled == steps {
        canvas[column + cell, row] = Cell(base: parts[filled], style: style)
      } else if appearance.glyphs == .unicode {
        // A part on the right is what a part on the left leaves over.
        var turned = style
        turned.attributes.insert(.reverse)
        canvas[column + cell, row] = Cell(base: parts[steps - filled], style: turned)
      } else if filled * 2 >= steps {
        canvas[column + cell, row] = Cell(base: parts[steps], style: style)
      }
    }
  }
}
