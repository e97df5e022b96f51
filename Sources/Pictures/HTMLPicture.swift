import Canvas

/// A canvas as a page that needs nothing but itself: the picture, and its characters to copy or to hear.
public struct HTMLPicture {
  private let canvas: Canvas
  private let theme: Theme
  private let title: String

  /// - Parameter title: what the picture shows. Untrusted.
  public init(_ canvas: Canvas, theme: Theme, title: String) {
    self.canvas = canvas
    self.theme = theme
    self.title = title
  }

  /// The whole HTML file.
  public var text: String {
    let picture = SVGPicture(canvas, theme: theme, title: title).element
    return PageFrame(title: title, theme: theme, policy: PageFrame.noScripts).page(
      """
      <main>
      \(picture)
      <details><summary>The same as text</summary>
      <pre>\(PageFrame.preformatted(canvas))</pre></details>
      </main>
      """)
  }
}

/// What is around every page.
struct PageFrame {
  let title: String
  let theme: Theme
  /// What the page may do: nothing over a network, in any case.
  let policy: String
  var style = ""
  /// What is different where scripts are switched off.
  var styleWithoutScripts = ""

  static let noScripts = "default-src 'none'; style-src 'unsafe-inline'"
  static let ownScript = noScripts + "; script-src 'nonce-headscope'"

  /// The characters of a canvas for a `pre` element.
  static func preformatted(_ canvas: Canvas) -> String {
    // Escaped line by line: the ends of lines are ours.
    canvas.text.split(separator: "\n", omittingEmptySubsequences: false).map { escaped(String($0)) }
      .joined(separator: "\n")
  }

  func page(_ body: String) -> String { start + body + "\n" + Self.end }

  static let end = """
    </body>
    </html>

    """

  /// Everything before what is in it.
  var start: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="\(policy)">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="\(theme.id)">
    <title>\(escaped(title))</title>
    <style>
    body { margin: 0; background: \(theme.background.hexadecimal); color: \(theme.foreground.hexadecimal);
      font: 16px/1.4 system-ui, sans-serif; }
    svg, canvas { display: block; max-width: 100%; height: auto; }
    details, summary { margin: 8px; color: \(theme.faint.hexadecimal); }
    pre { font: 13px/1.2 'DejaVu Sans Mono', 'Liberation Mono', Menlo, Consolas, monospace; overflow-x: auto; }
    \(style)
    </style>
    \(styleWithoutScripts.isEmpty ? "" : "<noscript><style>\(styleWithoutScripts)</style></noscript>")
    </head>
    <body>

    """
  }
}
