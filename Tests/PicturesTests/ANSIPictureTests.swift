import Canvas
import Testing
import UserInput

@testable import Pictures

@Suite struct ANSIPictureTests {
  @Test(arguments: 0..<60) func aTerminalShowsTheSamePicture(seed: Int) {
    let canvas = Sample.random(UInt64(seed))
    var terminal = SmallTerminal(size: canvas.size)
    terminal.take(ANSIPicture.text(canvas, depth: .truecolor))
    #expect(terminal.canvas == canvas)
    #expect(terminal.surprises.isEmpty)
  }

  @Test(arguments: 0..<20) func in256ColoursItHasTheNearest(seed: Int) {
    let canvas = Sample.random(UInt64(seed))
    var terminal = SmallTerminal(size: canvas.size)
    terminal.take(ANSIPicture.text(canvas, depth: .indexed256))
    var expected = canvas
    expected.restyle(Rect(canvas.size)) { style in
      if !style.background.isStandard { style.background = Palette.color256(Int(Palette.index256(style.background))) }
      if !style.foreground.isStandard { style.foreground = Palette.color256(Int(Palette.index256(style.foreground))) }
    }
    #expect(terminal.canvas == expected)
  }

  @Test func withoutColoursThereAreNoCodesOfColours() {
    var canvas = Canvas(size: Size(columns: 8, rows: 2))
    canvas.draw("cat", column: 0, row: 0, style: Style(foreground: Color(0xFF_0000), background: Color(0)))
    canvas.draw("ran", column: 4, row: 0, style: Style(attributes: [.bold, .reverse]))
    #expect(ANSIPicture.text(canvas, depth: .none) == "cat \u{1B}[1;7mran\u{1B}[0m\n\n")
    #expect(ANSIPicture.text(canvas, depth: .eight) == "\u{1B}[31;40mcat\u{1B}[39;49m \u{1B}[1;7mran\u{1B}[0m\n\n")
    #expect(TextPicture.text(canvas) == "cat ran\n\n")
  }
}
