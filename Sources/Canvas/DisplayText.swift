import CUTF8Proc

/// How many columns a code point takes: 0, 1 or 2.
public func displayWidth(of scalar: Unicode.Scalar) -> Int {
  if scalar.value >= 0x20 && scalar.value < 0x7F { return 1 }
  return max(0, Int(utf8proc_charwidth(Int32(bitPattern: scalar.value))))
}

/// How many columns a text takes once it is made visible.
public func displayWidth(of text: String, glyphs: GlyphSet = .unicode) -> Int {
  visible(text, glyphs: glyphs).unicodeScalars.reduce(0) { $0 + displayWidth(of: $1) }
}

/// Text with everything in it that a terminal would obey or hide replaced by something that can be seen.
public func visible(_ text: String, glyphs: GlyphSet = .unicode) -> String {
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar.value {
    case 0x20..<0x7F: result.append(scalar)
    case 0..<0x20 where glyphs == .unicode: result.append(Unicode.Scalar(0x2400 + scalar.value) ?? "?")
    case 0xA0... where glyphs == .unicode && scalar.properties.generalCategory != .format: result.append(scalar)
    default: result.append(contentsOf: "<U+\(String(scalar.value, radix: 16, uppercase: true))>".unicodeScalars)
    }
  }
  return String(result)
}
