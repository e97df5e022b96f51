import Canvas
import UserInput

/// A terminal that understands what is sent here, and nothing more.
struct SmallTerminal {
  private(set) var canvas: Canvas
  /// What it was sent and did not understand.
  private(set) var surprises: [String] = []
  private(set) var cursorIsVisible = true
  private var column = 0
  private var row = 0
  private var style = Style.plain

  init(size: Size) { canvas = Canvas(size: size) }

  var cursor: Point { Point(column: column, row: row) }

  mutating func take(_ text: String) {
    let scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      index += 1
      switch scalar {
      case "\u{1B}":
        guard index < scalars.count, scalars[index] == "[",
          let end = scalars[index...].dropFirst().firstIndex(where: { ("@"..."~").contains($0) })
        else {
          surprises.append("escape")
          continue
        }
        obey(String(String.UnicodeScalarView(scalars[(index + 1)..<end])), scalars[end])
        index = end + 1
      case "\n": (column, row) = (0, row + 1)
      case "\u{0}"..<" ": surprises.append("control \(scalar.value)")
      default: put(scalar)
      }
    }
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    let columns = displayWidth(of: scalar)
    if columns == 0 {
      var place = column - 1
      if canvas[place, row].isContinuation { place -= 1 }
      var cell = canvas[place, row]
      if cell.combining.x == 0 { cell.combining.x = scalar.value } else { cell.combining.y = scalar.value }
      canvas[place, row] = cell
    } else {
      canvas[column, row] = Cell(base: scalar, style: style)
      column += columns
    }
  }

  private mutating func obey(_ parameters: String, _ final: Unicode.Scalar) {
    let numbers = parameters.split(separator: ";").map { Int($0) ?? -1 }
    switch (final, parameters) {
    case ("H", _) where numbers.count == 2: (column, row) = (numbers[1] - 1, numbers[0] - 1)
    case ("J", "2"): canvas = Canvas(size: canvas.size)
    case ("h", "?25"): cursorIsVisible = true
    case ("l", "?25"): cursorIsVisible = false
    case ("m", _): setStyle(numbers)
    default: surprises.append("\(parameters)\(final)")
    }
  }

  private mutating func setStyle(_ numbers: [Int]) {
    var rest = numbers[...]
    while let code = rest.popFirst() {
      switch code {
      case 0: style = .plain
      case 1: style.attributes.insert(.bold)
      case 2: style.attributes.insert(.dim)
      case 4: style.attributes.insert(.underline)
      case 7: style.attributes.insert(.reverse)
      case 39: style.foreground = .standard
      case 49: style.background = .standard
      case 38, 48:
        let color: Color
        if rest.popFirst() == 2, rest.count >= 3 {
          color = Color(UInt32(rest.removeFirst()) << 16 | UInt32(rest.removeFirst()) << 8 | UInt32(rest.removeFirst()))
        } else {
          color = Palette.color256(rest.popFirst() ?? 0)
        }
        if code == 38 { style.foreground = color } else { style.background = color }
      default: surprises.append("style \(code)")
      }
    }
  }
}
