import Support

/// Colours for values from 0 to 1.
public struct ColorScale: Sendable, Equatable {
  /// What kind of values a scale is made for.
  public enum Kind: String, Sendable {
    /// From nothing to all: luminance only rises, or only falls.
    case sequential
    /// Two directions away from the middle, 0.5.
    case diverging
  }

  /// The name to choose it by: lower case, without spaces.
  public let id: String
  /// The name to show.
  public let title: String
  /// Half a sentence about it.
  public let about: String
  /// Whether its colours go in one direction, or in two from the middle.
  public let kind: Kind
  /// 256 colours, for values evenly spaced from 0 to 1.
  public let colors: [Color]
  /// The colour of a value that is not a number.
  public let missing: Color
  /// Colours of the palette of 256 that are made for it, for values evenly spaced from 0 to 1; nil where the nearest to its own are
  /// taken.
  public let palette: [Color]?

  /// A scale through some colours, evenly spaced; those between are interpolated. Without any, it is grey.
  ///
  /// - Parameter palette: numbers from 16 to 255 of colours that stand for it where there are only 256, from the lowest value to the
  ///   highest, evenly spaced.
  public init(
    id: String, title: String, about: String, kind: Kind, stops: [Color], missing: Color, palette: [Int]? = nil
  ) {
    let steps = palette.flatMap { $0.isEmpty ? nil : $0.map(Palette.color256) }
    self.palette = steps.map { steps in (0..<Self.count).map { steps[$0 * steps.count / Self.count] } }
    self.id = id
    self.title = title
    self.about = about
    self.kind = kind
    self.missing = missing
    colors = Self.interpolate(stops.isEmpty ? [Color(0x00_0000), Color(0xFF_FFFF)] : stops)
  }

  /// The same in its colours of the palette of 256, where it has such.
  public var forPalette: ColorScale { palette.map { ColorScale(self, colors: $0) } ?? self }

  private init(_ scale: ColorScale, colors: [Color]) {
    (id, title, about, kind, missing) = (scale.id, scale.title, scale.about, scale.kind, scale.missing)
    (self.colors, palette) = (colors, scale.palette)
  }

  /// The scale there always is, whatever files are missing.
  public static let grey = ColorScale(
    id: "grey", title: "Grey", about: "black over grey to white", kind: .sequential,
    stops: [Color(0x00_0000), Color(0xFF_FFFF)], missing: Color(0xFF_3B7F))

  /// The diverging scale there always is: blue is less, white is the same, orange is more.
  public static let blueOrange = ColorScale(
    id: "blue-orange", title: "Blue and orange", about: "blue over white to orange", kind: .diverging,
    stops: [Color(0x17_5BB7), Color(0xF7_F7F7), Color(0xAC_5A05)], missing: Color(0x00_B050),
    palette: [25, 32, 74, 117, 153, 255, 223, 215, 172, 130, 94])

  /// The colour of a value; beyond 0 and 1 it is that of the end, and a NaN has a colour of its own.
  public func color(at value: Float) -> Color {
    guard let share = value.share, let place = Int(saturating: share * 255, rule: .toNearestOrAwayFromZero) else {
      return missing
    }
    return colors[place]
  }

  /// Black or white, whichever is easier to read on the colour of a value: a contrast of 4.5 : 1 at least.
  public func contrasting(at value: Float) -> Color { color(at: value).contrasting }

  private static let count = 256

  private static func interpolate(_ stops: [Color]) -> [Color] {
    guard stops.count > 1 else { return Array(repeating: stops[0], count: count) }
    return (0..<count).map { index in
      let place = Float(index) * Float(stops.count - 1) / Float(count - 1)
      let lower = min(index * (stops.count - 1) / (count - 1), stops.count - 2)
      return stops[lower].mixed(with: stops[lower + 1], share: place - Float(lower))
    }
  }
}

extension Color {
  /// How far two colours stand apart, from 1 (the same luminance) to 21 (black on white), as WCAG 2 defines it.
  public func contrast(with other: Color) -> Double {
    let (a, b) = (luminance, other.luminance)
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  /// Black or white, whichever stands out more on this colour. One of them always reaches 4.58 : 1.
  public var contrasting: Color {
    // Both reach √(1.05 · 0.05) − 0.05 alike.
    luminance > 0.179_128_784_747_792 ? Color(0x00_0000) : Color(0xFF_FFFF)
  }

  /// A colour on the way to another: `share` 0 is this one, 1 the other.
  public func mixed(with other: Color, share: Float) -> Color {
    let share = share.share ?? 0
    func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
      let mixed = Float(a) + (Float(b) - Float(a)) * share
      return UInt8(clamping: Int(saturating: mixed, rule: .toNearestOrAwayFromZero) ?? 0)
    }
    return Color(red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
  }
}
