import Canvas

/// What a picture of the screen can be written as.
public enum PictureFormat: String, CaseIterable, Sendable {
  /// Scalable vector graphics.
  case svg
  /// A page that needs no network.
  case html
  /// Text with the colours of a terminal.
  case ansi
  /// Text alone.
  case txt

  /// The format that a file's ending stands for; nil for any other name.
  public init?(fileName: String) {
    guard let dot = fileName.lastIndex(of: ".") else { return nil }
    self.init(rawValue: fileName[fileName.index(after: dot)...].lowercased())
  }

  /// The whole file.
  /// - Parameters:
  ///   - theme: nil stands for dark in files of their own, and for a terminal's own colours in text.
  ///   - title: what the picture shows. Untrusted.
  public func text(_ canvas: Canvas, theme: Theme?, depth: ColorDepth, title: String) -> String {
    switch self {
    case .svg: SVGPicture(canvas, theme: theme ?? .dark, title: title).text
    case .html: HTMLPicture(canvas, theme: theme ?? .dark, title: title).text
    case .ansi: ANSIPicture.text(theme.map { canvas.painted($0) } ?? canvas, depth: depth)
    case .txt: TextPicture.text(canvas)
    }
  }

  /// Whether colours are lost in it, so that intensities have to be glyphs.
  public var isText: Bool { self == .txt }
}
