import Canvas
import Testing
import UserInput

@Suite struct ThemeTests {
  /// What a projector and the last row of a class need: 7 : 1, WCAG's highest level.
  @Test(arguments: Theme.all) func textCanBeRead(theme: Theme) {
    #expect(theme.foreground.contrast(with: theme.background) >= 15)
    #expect(theme.faint.contrast(with: theme.background) >= 7)
  }

  @Test func paintingLeavesNothingToTheTerminal() {
    var canvas = Canvas(size: Size(columns: 4, rows: 1))
    canvas.draw("a", column: 0, row: 0, style: Style(attributes: [.reverse, .bold]))
    canvas.draw("b", column: 1, row: 0, style: Style(attributes: .dim))
    canvas.draw(
      "c", column: 2, row: 0, style: Style(foreground: Color(0xFF_0000), background: Color(0), attributes: .dim))
    let painted = canvas.painted(.light)
    let (ink, paper) = (Theme.light.foreground, Theme.light.background)
    #expect(painted[0, 0].style == Style(foreground: paper, background: ink, attributes: .bold))
    #expect(painted[1, 0].style == Style(foreground: Theme.light.faint, background: paper))
    #expect(painted[2, 0].style == Style(foreground: Color(0x99_0000), background: Color(0)))
    #expect(painted[3, 0].style == Style(foreground: ink, background: paper))
    #expect(painted.painted(.light) == painted)
    #expect(painted.painted(.dark) == painted)
  }
}
