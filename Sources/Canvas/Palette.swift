import Glibc

/// Turns 24-bit colours into the numbers of a terminal's palette.
public enum Palette {
  /// The nearest of colours 16 to 255 of the palette that xterm made common: a cube of six steps a side, and 24 greys.
  ///
  /// The first 16 are left out, since everybody sets them as they like. Nearness is that of Oklab: among the few ways tried, it
  /// alone keeps the hues of viridis in order and its luminance rising.
  public static func index256(_ color: Color) -> Int32 {
    let wanted = Oklab(color)
    var best = 0
    var least = Float.infinity
    for (index, candidate) in candidates.enumerated() {
      let distance = wanted.squaredDistance(to: candidate)
      if distance < least { (best, least) = (index, distance) }
    }
    return Int32(16 + best)
  }

  private static let candidates: [Oklab] = (16..<256).map { Oklab(color256($0)) }

  /// The colour with a number from 16 to 255 in the palette of xterm.
  public static func color256(_ index: Int) -> Color {
    func level(_ step: Int) -> UInt8 { step == 0 ? 0 : UInt8(clamping: 55 + 40 * step) }
    guard index < 232 else {
      let shade = UInt8(clamping: 8 + 10 * (index - 232))
      return Color(red: shade, green: shade, blue: shade)
    }
    let place = max(index - 16, 0)
    return Color(red: level(place / 36), green: level(place / 6 % 6), blue: level(place % 6))
  }

  /// One of the eight colours every colour terminal has: black, red, green, yellow, blue, magenta, cyan, white.
  public static func index8(_ color: Color) -> Int32 {
    let (red, green, blue) = (Int(color.red), Int(color.green), Int(color.blue))
    let high = max(red, green, blue)
    let low = min(red, green, blue)
    // Without much colour in it, or nearly black, only light and dark are left.
    guard high >= 64, (high - low) * 3 >= high else { return isLight(color) ? 7 : 0 }
    let middle = (high + low) / 2
    return (red > middle ? 1 : 0) + (green > middle ? 2 : 0) + (blue > middle ? 4 : 0)
  }

  /// Whether black is easier to read on it than white.
  static func isLight(_ color: Color) -> Bool { color.contrasting == Color(0x00_0000) }
}

/// A colour by how it looks: lightness, and how far it is from grey towards red and towards yellow.
///
/// Björn Ottosson, 2020, "A perceptual color space for image processing".
struct Oklab {
  private let values: SIMD3<Float>

  init(_ color: Color) {
    func linear(_ channel: UInt8) -> Float {
      let value = Float(channel) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    let (red, green, blue) = (linear(color.red), linear(color.green), linear(color.blue))
    let long = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    let middle = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    let short = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    values = SIMD3(
      0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
      1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
      0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short)
  }

  func squaredDistance(to other: Oklab) -> Float {
    let difference = values - other.values
    return (difference * difference).sum()
  }
}
