import Canvas
import Support
import UserInput

/// A series of pictures as one that moves: vector graphics with a style sheet that shows one after the other, again and again.
///
/// It takes no script and nothing from elsewhere, so it moves wherever a page shows it as a picture. The pictures stand one below
/// the other on a strip that jumps; rows that look alike are there once. Who wants no motion, and a program that knows no
/// animation, sees one picture.
public struct AnimatedSVGWriter {
  /// How long the last picture stays before the first one comes again, in seconds.
  public static let pause = 3.0

  private let title: String
  private let theme: Theme
  private let size: Size
  private var numbers: [[Cell]: Int] = [:]
  private var rows: [String] = []
  /// For each picture its time, and what its rows are: numbers, nil for one with nothing on it.
  private var pictures: [(time: Double, rows: [Int?])] = []

  /// - Parameter title: untrusted.
  public init(title: String, size: Size, theme: Theme) {
    self.title = title
    self.size = size
    self.theme = theme
  }

  /// Takes a picture, in the order of time.
  public mutating func add(_ frame: PictureFrame) {
    let canvas = frame.canvas.painted(theme).withCursor
    pictures.append((max(0, frame.time), (0..<canvas.size.rows).map { row($0, of: canvas) }))
  }

  private mutating func row(_ row: Int, of canvas: Canvas) -> Int? {
    let cells = (0..<canvas.size.columns).map { canvas[$0, row] }
    if let known = numbers[cells] { return known }
    var line = Canvas(size: Size(columns: canvas.size.columns, rows: 1))
    for (column, cell) in cells.enumerated() { line[column, 0] = cell }
    let content = SVGPicture(line, theme: theme, title: "").part.joined()
    guard !content.isEmpty else { return nil }
    numbers[cells] = rows.count
    rows.append(content)
    return rows.count - 1
  }

  /// The whole file.
  ///
  /// - Parameters:
  ///   - duration: seconds from the first picture to the end of the last, without the pause.
  ///   - still: the number of the picture that is shown where nothing moves; nil for the last.
  public func text(duration: Double, still: Int? = nil) -> String {
    var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>"]
    lines += SVGPicture.start(size, theme: theme, title: title)
    lines.append(style(duration: duration, still: still ?? pictures.count - 1))
    lines.append("<defs>")
    for (number, content) in rows.enumerated() { lines.append("<g id=\"r\(number)\">\(content)</g>") }
    lines.append("</defs>")
    lines.append("<g class=\"strip\" \(SVGPicture.partAttributes)>")
    for (number, picture) in pictures.enumerated() {
      let uses = picture.rows.enumerated().compactMap { row, content in
        content.map { "<use href=\"#r\($0)\" y=\"\(row * 16)\"/>" }
      }
      lines.append("<g transform=\"translate(0 \(number * step))\">\(uses.joined())</g>")
    }
    return (lines + ["</g>", "</svg>"]).joined(separator: "\n") + "\n"
  }

  /// How far the pictures are apart: none shows at the edges of another.
  private var step: Int { SVGPicture.height(size) }

  private func style(duration: Double, still: Int) -> String {
    let total = max(duration, pictures.last?.time ?? 0) + Self.pause
    let frames = pictures.enumerated().map { number, picture in
      "\(Self.decimal(100 * picture.time / total))%{transform:translateY(-\(number * step)px)}"
    }
    return """
      <style>
      .strip{transform:translateY(-\(max(0, still) * step)px);animation:play \(Self.decimal(total))s step-end infinite}
      @keyframes play{\(frames.joined())}
      @media (prefers-reduced-motion:reduce){.strip{animation:none}}
      </style>
      """
  }

  /// With three decimals at most.
  private static func decimal(_ number: Double) -> String {
    let thousandths = Int(saturating: number * 1000, rule: .toNearestOrAwayFromZero) ?? 0
    var fraction = String(1000 + thousandths % 1000).dropFirst()
    while fraction.last == "0" { fraction.removeLast() }
    return "\(thousandths / 1000)" + (fraction.isEmpty ? "" : "." + fraction)
  }
}
