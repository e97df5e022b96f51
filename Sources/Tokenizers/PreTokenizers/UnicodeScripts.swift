import COniguruma

/// Splits where the script changes. Hiragana and Katakana count as Han; spaces, and characters newer than the table of
/// Hugging Face's `tokenizers` (Unicode 9.0), belong to what is before them.
///
/// Source: `UnicodeScripts` of Hugging Face's `tokenizers`, after SentencePiece.
enum UnicodeScripts {
  static func split(_ piece: UnsafeBufferPointer<UInt8>, into parts: inout PreTokenizedText.Parts) {
    let scripts = ScriptTable.shared
    var last: UInt8?
    // Characters before the first one with a script are dropped, as in Hugging Face's tokenizers.
    var start: Int?
    var offset = 0
    while offset < piece.count {
      let (scalar, length) = piece.scalar(at: offset)
      let script = scripts[scalar]
      if script != ScriptTable.any {
        if last != script {
          if let start { parts.add(start..<offset) }
          start = offset
        }
        last = script
      }
      offset += length
    }
    if let start { parts.add(start..<offset) }
  }
}

/// The script of every character: Oniguruma's tables, except where Hugging Face's `tokenizers` says otherwise.
struct ScriptTable: Sendable {
  static let shared = ScriptTable()

  /// The script of characters that have none.
  static let any: UInt8 = 0

  private var ranges: [(first: UInt32, last: UInt32, script: UInt8)] = []

  private init() {
    RegexLibrary.prepare()
    for (index, name) in Self.names.enumerated() {
      let property = name.withUTF8Buffer { bytes in
        bytes.withMemoryRebound(to: CChar.self) { headscope_onig_property($0.baseAddress, Int32($0.count)) }
      }
      guard let property else { continue }
      for range in 0..<Int(property[0]) {
        ranges.append((property[1 + 2 * range], property[2 + 2 * range], UInt8(index + 1)))
      }
    }
    ranges.sort { $0.first < $1.first }
  }

  subscript(_ scalar: UInt32) -> UInt8 {
    // The prolonged sound mark is common to both kinds of Kana.
    if scalar == 0x30FC { return Self.han }
    if scalar == 0x20 { return Self.any }
    let script = Self.listed(scalar) ?? known(scalar)
    return script == Self.hiragana || script == Self.katakana ? Self.han : script
  }

  private func known(_ scalar: UInt32) -> UInt8 {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].last < scalar { low = middle + 1 } else { high = middle }
    }
    guard low < ranges.count, ranges[low].first <= scalar else { return Self.any }
    return ranges[low].script
  }

  private static func listed(_ scalar: UInt32) -> UInt8? {
    let rows = UnicodeDifferences.scripts
    var (low, high) = (0, rows.count / 3)
    while low < high {
      let middle = (low + high) / 2
      if rows[middle * 3 + 1] < scalar { low = middle + 1 } else { high = middle }
    }
    guard low < rows.count / 3, rows[low * 3] <= scalar else { return nil }
    return UInt8(truncatingIfNeeded: rows[low * 3 + 2])
  }

  private static let han = number(of: "Han")
  private static let hiragana = number(of: "Hiragana")
  private static let katakana = number(of: "Katakana")

  private static func number(of name: String) -> UInt8 {
    UInt8((names.firstIndex { $0.description == name } ?? -1) + 1)
  }

  /// The scripts that are told apart, as Oniguruma calls them.
  private static let names: [StaticString] = [
    "Adlam", "Ahom", "AnatolianHieroglyphs", "Arabic", "Armenian", "Avestan", "Balinese", "Bamum", "BassaVah", "Batak",
    "Bengali", "Bhaiksuki", "Bopomofo", "Brahmi", "Braille", "Buginese", "Buhid", "CanadianAboriginal", "Carian",
    "CaucasianAlbanian", "Chakma", "Cham", "Cherokee", "Common", "Coptic", "Cuneiform", "Cypriot", "Cyrillic",
    "Deseret", "Devanagari", "Duployan", "EgyptianHieroglyphs", "Elbasan", "Ethiopic", "Georgian", "Glagolitic",
    "Gothic", "Grantha", "Greek", "Gujarati", "Gurmukhi", "Han", "Hangul", "Hanunoo", "Hatran", "Hebrew", "Hiragana",
    "ImperialAramaic", "Inherited", "InscriptionalPahlavi", "InscriptionalParthian", "Javanese", "Kaithi", "Kannada",
    "Katakana", "KayahLi", "Kharoshthi", "Khmer", "Khojki", "Khudawadi", "Lao", "Latin", "Lepcha", "Limbu", "LinearA",
    "LinearB", "Lisu", "Lycian", "Lydian", "Mahajani", "Malayalam", "Mandaic", "Manichaean", "Marchen", "MeeteiMayek",
    "MendeKikakui", "MeroiticCursive", "MeroiticHieroglyphs", "Miao", "Modi", "Mongolian", "Mro", "Multani", "Myanmar",
    "Nabataean", "NewTaiLue", "Newa", "Nko", "Ogham", "OlChiki", "OldHungarian", "OldItalic", "OldNorthArabian",
    "OldPermic", "OldPersian", "OldSouthArabian", "OldTurkic", "Oriya", "Osage", "Osmanya", "PahawhHmong", "Palmyrene",
    "PauCinHau", "PhagsPa", "Phoenician", "PsalterPahlavi", "Rejang", "Runic", "Samaritan", "Saurashtra", "Sharada",
    "Shavian", "Siddham", "SignWriting", "Sinhala", "SoraSompeng", "Sundanese", "SylotiNagri", "Syriac", "Tagalog",
    "Tagbanwa", "TaiLe", "TaiTham", "TaiViet", "Takri", "Tamil", "Tangut", "Telugu", "Thaana", "Thai", "Tibetan",
    "Tifinagh", "Tirhuta", "Ugaritic", "Vai", "WarangCiti", "Yi",
  ]
}
