import Support

/// What is wrong with the file of a colour scale.
public struct ColorScaleError: TextualError, Equatable {
  /// The file, the line (counted from 1) where there is one, and what is wrong there.
  public let text: MessageText

  init(file: String, line: Int? = nil, _ problem: MessageText) {
    let place: MessageText = line.map { ", line \($0)" } ?? ""
    text = "\(file)\(place): \(problem)"
  }
}

/// The text of a colour scale's file, as in `assets/scales`.
///
/// Lines are `name: value`; `#` starts a comment line. Required are `title`, `kind` (`sequential` or `diverging`) and `stops:`,
/// the last one, behind which only colours follow, as `RRGGBB`, from the lowest value to the highest, evenly spaced. `about`,
/// `missing` (a colour), `order` (a whole number that says which scale comes first) and `palette` (numbers from 16 to 255 of the
/// colours that stand for it where there are only 256, from the lowest value to the highest) may be left out.
public struct ColorScaleFile: Sendable {
  /// The scale that the file describes.
  public let scale: ColorScale
  /// Its place among the scales, lowest first; 1000 where the file does not say.
  public let order: Int

  /// - Parameters:
  ///   - id: the scale's name to choose it by: the file's name without its ending.
  ///   - file: how errors call the file.
  public init(parsing text: String, id: String, file: String) throws(ColorScaleError) {
    var fields: [Substring: Substring] = [:]
    var stops: [Color]?
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      if stops != nil {
        for word in words {
          guard let color = Color(hexadecimal: word) else {
            throw ColorScaleError(
              file: file, line: index + 1, "expected a colour such as 440154, found '\(word)'")
          }
          stops?.append(color)
        }
      } else if first == "stops:" && words.count == 1 {
        stops = []
      } else if first.hasSuffix(":"), words.count > 1 {
        fields[first.dropLast()] = line[words[1].startIndex..<(words.last ?? first).endIndex]
      } else {
        throw ColorScaleError(
          file: file, line: index + 1, "expected 'name: value' or 'stops:', found '\(line)'")
      }
    }

    func field(_ name: Substring) throws(ColorScaleError) -> String {
      guard let value = fields[name] else { throw ColorScaleError(file: file, "the line '\(name): …' is missing") }
      return String(value)
    }
    guard let kind = ColorScale.Kind(rawValue: try field("kind")) else {
      throw ColorScaleError(
        file: file, "kind must be sequential or diverging, found '\(try field("kind"))'")
    }
    guard let stops, stops.count >= 2 else {
      throw ColorScaleError(file: file, "expected at least two colours behind 'stops:', found \(stops?.count ?? 0)")
    }
    guard let missing = Color(hexadecimal: fields["missing"] ?? "FF3B7F") else {
      throw ColorScaleError(
        file: file, "missing must be a colour such as FF3B7F, found '\(try field("missing"))'")
    }
    guard let order = Int(decimal: fields["order"] ?? "1000") else {
      throw ColorScaleError(file: file, "order must be a whole number, found '\(try field("order"))'")
    }
    var palette: [Int] = []
    for word in (fields["palette"] ?? "").split(whereSeparator: \.isWhitespace) {
      guard let index = Int(decimal: word, in: 16...255) else {
        throw ColorScaleError(file: file, "palette must have numbers from 16 to 255, found '\(String(word))'")
      }
      palette.append(index)
    }
    self.order = order
    scale = ColorScale(
      id: id, title: try field("title"), about: String(fields["about"] ?? ""), kind: kind, stops: stops,
      missing: missing, palette: palette.isEmpty ? nil : palette)
  }
}

extension Color {
  /// A colour written as `RRGGBB`.
  init?(hexadecimal text: some StringProtocol) {
    guard text.utf8.count == 6, text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
      let value = UInt32(text, radix: 16)
    else { return nil }
    self.init(value)
  }
}
