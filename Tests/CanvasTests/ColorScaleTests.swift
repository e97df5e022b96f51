import TestSupport
import Testing

@testable import Canvas

private let shipped = ["viridis", "cividis", "paper", "difference"]

private func load(_ id: String) throws -> ColorScaleFile {
  try ColorScaleFile(
    parsing: String(decoding: Fixtures.bytes(atRootPath: "assets/scales/\(id).scale"), as: UTF8.self), id: id,
    file: "\(id).scale")
}

@Suite struct ColorScaleTests {
  @Test(arguments: shipped) func shippedScalesAreComplete(id: String) throws {
    let file = try load(id)
    #expect(file.scale.id == id)
    #expect(file.scale.title.lowercased() == id)
    #expect(!file.scale.about.isEmpty)
    #expect(file.scale.colors.count == 256)
    #expect(file.order == (shipped.firstIndex(of: id) ?? -2) + 1)
    // What is no number is told from every number, with fewer colours too.
    let missing = file.scale.missing
    for color in file.scale.colors {
      let steps = zip([color.red, color.green, color.blue], [missing.red, missing.green, missing.blue])
      #expect(steps.reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) } > 150)
      #expect(Palette.index256(color) != Palette.index256(missing))
    }
  }

  /// Of 256 colours every scale has some of its own, whose luminance only rises or falls as the scale's does; hues go one way, so
  /// that no two neighbours clash.
  @Test(arguments: shipped) func whereThereAre256ColoursAScaleHasItsOwn(id: String) throws {
    let scale = try load(id).scale
    let palette = try #require(scale.palette)
    #expect(palette.count == 256 && scale.forPalette.colors == palette)
    for color in palette { #expect(Palette.color256(Int(Palette.index256(color))) == color) }
    let parts = scale.kind == .sequential ? [palette[...]] : [palette[..<128], palette[128...]]
    for part in parts {
      let steps = part.reduce(into: [Color]()) { if $0.last != $1 { $0.append($1) } }
      let rises = zip(steps, steps.dropFirst()).map { $1.luminance > $0.luminance }
      #expect(Set(rises).count == 1, "\(id): \(steps)")
      #expect(steps.count >= 5)
    }
    // What is near in the scale is near in its palette.
    let light = zip(scale.colors, palette).map { abs($0.luminance - $1.luminance) }
    print("\(id): largest difference of luminance \(light.max() ?? 0)")
    #expect(light.allSatisfy { $0 < 0.25 })
  }

  @Test func viridisAndCividisAreThoseOfTheirAuthors() throws {
    let viridis = try load("viridis").scale
    #expect(viridis.color(at: 0) == Color(0x44_0154))
    #expect(viridis.colors[128] == Color(0x21_918C))
    #expect(viridis.color(at: 1) == Color(0xFD_E725))
    let cividis = try load("cividis").scale
    #expect(cividis.color(at: 0) == Color(0x00_224E))
    #expect(cividis.color(at: 1) == Color(0xFE_E838))
  }

  /// A larger value must never look smaller on a bad projector, on paper, or to colour-blind eyes.
  @Test(arguments: ["viridis", "cividis", "paper", "grey"]) func luminanceOfSequentialScalesIsMonotone(id: String)
    throws
  {
    let scale = id == "grey" ? .grey : try load(id).scale
    #expect(scale.kind == .sequential)
    let luminances = scale.colors.map(\.luminance)
    let direction: Double = luminances[255] > luminances[0] ? 1 : -1
    for index in 0..<255 {
      // Rounding to 8 bits makes viridis step back by 0.0003 in one place.
      #expect((luminances[index + 1] - luminances[index]) * direction > -0.0005, "\(id) at \(index)")
      if index < 252 { #expect((luminances[index + 4] - luminances[index]) * direction > 0, "\(id) at \(index)") }
    }
    #expect(scale.colors[0].contrast(with: scale.colors[255]) > 10)
  }

  @Test func divergingScaleIsEvenOnBothSides() throws {
    let scale = try load("difference").scale
    #expect(scale.kind == .diverging)
    let luminances = scale.colors.map(\.luminance)
    for index in 0..<124 {
      #expect(luminances[index + 4] > luminances[index])
      #expect(luminances[255 - index - 4] > luminances[255 - index])
      #expect(abs(luminances[index] - luminances[255 - index]) < 0.05)
    }
    #expect(scale.color(at: 0.1).blue > scale.color(at: 0.1).red)
    #expect(scale.color(at: 0.9).red > scale.color(at: 0.9).blue)
  }

  @Test(arguments: [-Float.infinity, -1, -0.001, 0, -0.0]) func lowValuesTakeTheFirstColor(value: Float) {
    #expect(ColorScale.grey.color(at: value) == Color(0x00_0000))
  }

  @Test(arguments: [Float.infinity, Float.greatestFiniteMagnitude, 1.0001, 1]) func highValuesTakeTheLastColor(
    value: Float
  ) {
    #expect(ColorScale.grey.color(at: value) == Color(0xFF_FFFF))
  }

  @Test func notANumberIsMarked() {
    #expect(ColorScale.grey.color(at: .nan) == ColorScale.grey.missing)
    #expect(ColorScale.grey.color(at: -.nan) == ColorScale.grey.missing)
  }

  @Test(arguments: shipped) func textOnEveryColorIsReadable(id: String) throws {
    let scale = try load(id).scale
    for step in 0...1000 {
      let value = Float(step) / 1000
      #expect(scale.color(at: value).contrast(with: scale.contrasting(at: value)) >= 4.5)
    }
    #expect(scale.missing.contrast(with: scale.contrasting(at: .nan)) >= 4.5)
  }

  @Test func textOnAnyColorIsReadable() {
    for red in stride(from: 0, through: 255, by: 15) {
      for green in stride(from: 0, through: 255, by: 5) {
        for blue in stride(from: 0, through: 255, by: 15) {
          let color = Color(red: UInt8(red), green: UInt8(green), blue: UInt8(blue))
          #expect(color.contrast(with: color.contrasting) >= 4.5)
        }
      }
    }
  }

  @Test func luminanceIsThatOfWCAG() {
    #expect(Color(0xFF_FFFF).luminance == 1)
    #expect(Color(0x00_0000).luminance == 0)
    #expect(abs(Color(0x77_7777).contrast(with: Color(0xFF_FFFF)) - 4.48) < 0.005)
    #expect(abs(Color(0xFF_0000).luminance - 0.2126) < 1e-9)
  }

  @Test func colorsBetweenStopsAreInterpolated() throws {
    let file = try ColorScaleFile(
      parsing: "title: A  b \nkind: sequential\nstops:\n000000 0000FE\n# so much for blue\n00FEFE", id: "x",
      file: "x.scale")
    #expect(file.scale.title == "A  b")
    #expect(file.order == 1000)
    #expect(file.scale.colors[0] == Color(0x00_0000))
    #expect(file.scale.colors[51] == Color(0x00_0066))
    #expect(file.scale.colors[255] == Color(0x00_FEFE))
  }

  @Test(arguments: [
    ("", "x.scale: the line 'kind: …' is missing"),
    ("title: X", "x.scale: the line 'kind: …' is missing"),
    ("kind: sequential\nstops:\n000000 FFFFFF", "x.scale: the line 'title: …' is missing"),
    ("kind: round", "x.scale: kind must be sequential or diverging, found 'round'"),
    ("kind: diverging", "x.scale: expected at least two colours behind 'stops:', found 0"),
    ("kind: diverging\nstops:\nFFFFFF", "x.scale: expected at least two colours behind 'stops:', found 1"),
    ("kind: diverging\nstops:\n12345", "x.scale, line 3: expected a colour such as 440154, found '12345'"),
    ("kind: diverging\nstops:\n+12345", "x.scale, line 3: expected a colour such as 440154, found '+12345'"),
    ("viridis\u{1B}[31m", "x.scale, line 1: expected 'name: value' or 'stops:', found 'viridis␛[31m'"),
    (
      "kind: diverging\nmissing: red\nstops:\nFFFFFF 000000",
      "x.scale: missing must be a colour such as FF3B7F, found 'red'"
    ),
    ("kind: diverging\norder: 1st\nstops:\nFFFFFF 000000", "x.scale: order must be a whole number, found '1st'"),
  ]) func brokenFilesAreRefusedInOneLine(text: String, message: String) {
    #expect(throws: ColorScaleError.self) { try ColorScaleFile(parsing: text, id: "x", file: "x.scale") }
    do throws(ColorScaleError) {
      _ = try ColorScaleFile(parsing: text, id: "x", file: "x.scale")
    } catch {
      #expect(error.description == message)
    }
  }
}
