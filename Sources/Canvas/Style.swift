/// A colour as 24 bits of red, green and blue, or the terminal's own.
public struct Color: Sendable, Hashable {
  /// 0xRRGGBB, or `terminalDefault`.
  public let packed: UInt32

  private init(packed: UInt32) { self.packed = packed }

  /// A colour of three channels, each from 0 to 255.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    packed = UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
  }

  /// 0xRRGGBB
  public init(_ rgb: UInt32) { packed = rgb & 0xFF_FFFF }

  /// The terminal's own foreground or background.
  public static let standard = Color(packed: 0x100_0000)

  /// Whether it is the terminal's own colour; its channels then mean nothing.
  public var isStandard: Bool { self == .standard }
  /// The red channel, from 0 to 255; 0 for the terminal's own colour.
  public var red: UInt8 { UInt8(truncatingIfNeeded: packed >> 16) }
  /// The green channel, from 0 to 255; 0 for the terminal's own colour.
  public var green: UInt8 { UInt8(truncatingIfNeeded: packed >> 8) }
  /// The blue channel, from 0 to 255; 0 for the terminal's own colour.
  public var blue: UInt8 { UInt8(truncatingIfNeeded: packed) }

  /// Relative luminance from 0 (black) to 1 (white), as WCAG 2 defines it.
  public var luminance: Double {
    func linear(_ channel: UInt8) -> Double { Color.linear[Int(channel)] }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// The intensity of light for each value of a channel. Every number in a coloured cell asks for it.
  private static let linear: [Double] = (0...255).map { channel in
    let c = Double(channel) / 255
    return c <= 0.04045 ? c / 12.92 : power((c + 0.055) / 1.055)
  }
}

/// x^2.4 for x in 0...1, without a mathematics library: x² · (x²)^(1/5) by Newton's method.
private func power(_ x: Double) -> Double {
  guard x > 0 else { return 0 }
  let square = x * x
  var root = 0.5 + square / 2
  for _ in 0..<24 { root -= (root * root * root * root * root - square) / (5 * root * root * root * root) }
  return square * root
}

/// How a cell looks.
public struct Style: Sendable, Hashable {
  /// How text is emphasized besides its colours.
  public struct Attributes: OptionSet, Sendable, Hashable {
    /// One bit for each attribute.
    public let rawValue: UInt8
    /// A set from its bits: 1 is bold, 2 dim, 4 underline, 8 reverse.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Heavier or brighter text.
    public static let bold = Attributes(rawValue: 1)
    /// Fainter text.
    public static let dim = Attributes(rawValue: 2)
    /// A line below the text.
    public static let underline = Attributes(rawValue: 4)
    /// Foreground and background exchanged.
    public static let reverse = Attributes(rawValue: 8)
  }

  /// The colour of the text.
  public var foreground: Color
  /// The colour behind the text.
  public var background: Color
  /// The emphasis of the text.
  public var attributes: Attributes

  /// A style that has the terminal's own colours and no attributes unless others are given.
  public init(foreground: Color = .standard, background: Color = .standard, attributes: Attributes = []) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  /// The terminal's own colours, without attributes.
  public static let plain = Style()
}
