/// How many columns a code point takes: 0, 1 or 2. What `visible` would replace counts as 0.
public func displayWidth(of scalar: Unicode.Scalar) -> Int {
  if case .shown(let columns) = CharacterDisplay(scalar) { columns } else { 0 }
}

/// How many columns a text takes once it is made visible.
public func displayWidth(of text: String, glyphs: GlyphSet = .unicode) -> Int {
  var columns = 0
  forEachVisible(in: text, glyphs: glyphs) { _, width in
    columns += width
    return true
  }
  return columns
}

/// Text with everything in it that a terminal would obey or hide replaced by something that can be seen.
///
/// - Control characters become their pictures (`␊`), in plain ASCII their numbers (`<U+000A>`).
/// - Format characters (joiners, marks of direction, soft hyphens), separators of lines, private, unassigned and very new
///   characters, and fillers without ink become their numbers.
/// - Selectors of a variant are left out behind a character; a mark with nothing to sit on gets a dotted circle.
/// - In `.ascii`, everything else beyond ASCII becomes its number, except some signs such as quotes and dashes.
///
/// Made visible once more, it stays the same.
public func visible(_ text: String, glyphs: GlyphSet = .unicode) -> String {
  if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
  var result = String.UnicodeScalarView()
  forEachVisible(in: text, glyphs: glyphs) { scalar, _ in
    result.append(scalar)
    return true
  }
  return String(result)
}

/// Text made visible and cut to `columns`, with `ellipsis` (ASCII, or a sign of one column) where something is missing. A text
/// that no screen could hold is not walked through to its end.
public func clipped(_ text: String, to columns: Int, ellipsis: String, glyphs: GlyphSet = .unicode) -> String {
  // Most texts of a table are short and plain.
  if text.utf8.count <= columns, text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
  // Marks take no columns, but have to end, too.
  let mostScalars = max(columns, 0) * 8
  let room = columns - ellipsis.count
  var result = String.UnicodeScalarView()
  var (used, count, kept) = (0, 0, 0)
  var isWhole = true
  forEachVisible(in: text, glyphs: glyphs) { scalar, width in
    used += width
    count += 1
    isWhole = used <= columns && count <= mostScalars
    if isWhole {
      result.append(scalar)
      if used <= room { kept = count }
    }
    return isWhole
  }
  if isWhole { return String(result) }
  return room >= 0 ? String(result.prefix(kept)) + ellipsis : String(ellipsis.prefix(max(columns, 0)))
}

/// Walks over the code points of a text made visible, each with its columns (0 for one that combines), until `body` says false.
@inline(__always)
func forEachVisible(in text: String, glyphs: GlyphSet, _ body: (Unicode.Scalar, Int) -> Bool) {
  var hasBase = false
  for scalar in text.unicodeScalars {
    if scalar.value >= 0x20 && scalar.value < 0x7F {
      guard body(scalar, 1) else { return }
      hasBase = true
      continue
    }
    guard showBeyondASCII(scalar, glyphs: glyphs, hasBase: hasBase, body) else { return }
    hasBase = true
  }
}

private func showBeyondASCII(
  _ scalar: Unicode.Scalar, glyphs: GlyphSet, hasBase: Bool, _ body: (Unicode.Scalar, Int) -> Bool
) -> Bool {
  switch (glyphs, CharacterDisplay(scalar)) {
  case (.unicode, .shown(let columns)):
    return body(scalar, columns)
  case (.unicode, .combining):
    return (hasBase || body("\u{25CC}", 1)) && body(scalar, 0)
  case (.unicode, .picture(let picture)):
    return body(picture, 1)
  case (_, .selector) where hasBase:
    return true
  default:
    if glyphs == .ascii, let plain = CharacterDisplay.ascii(for: scalar) { return show(plain, body) }
    return showNumber(of: scalar, body)
  }
}

private func show(_ text: StaticString, _ body: (Unicode.Scalar, Int) -> Bool) -> Bool {
  text.withUTF8Buffer { bytes in bytes.allSatisfy { body(Unicode.Scalar($0), 1) } }
}

/// `<U+00AD>`, with four to six digits.
private func showNumber(of scalar: Unicode.Scalar, _ body: (Unicode.Scalar, Int) -> Bool) -> Bool {
  guard show("<U+", body) else { return false }
  let digits = scalar.value > 0xFFFFF ? 6 : scalar.value > 0xFFFF ? 5 : 4
  for place in (0..<digits).reversed() {
    let digit = UInt8(truncatingIfNeeded: scalar.value >> (4 * UInt32(place)) & 0xF)
    guard body(Unicode.Scalar(digit < 10 ? 0x30 + digit : 0x37 + digit), 1) else { return false }
  }
  return body(">", 1)
}
