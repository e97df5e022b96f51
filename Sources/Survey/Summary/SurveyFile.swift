import JSON
import Support

/// The format of `.survey` files: JSON Lines, made to be read by people, pandas and R.
///
/// The first line is a header. Then come the sentences that others refer to by number; a line for each layer, head and number; a line for
/// each head's pattern; groups, where there are any; a line for each head's distances; and last the state, with which more can be
/// merged, in Base64. `docs/survey.md` describes each of them.
public enum SurveyFile {
  /// The version of the format.
  public static let version = 1

  /// Files that are longer are none of ours.
  public static let mostBytes = 4 << 30

  /// What a file says.
  ///
  /// - Throws: `FileError`, or a `SurveyError` that names the line.
  public static func read(_ path: String) throws -> Survey {
    let file = try InputFile(path)
    let bytes = try file.bytes(limit: mostBytes)
    do throws(SurveyError) {
      var reader = SurveyReader()
      var number = 0
      for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
        number += 1
        if line.isEmpty || line.starts(with: statePrefix) { continue }
        do throws(SurveyError) { try reader.read(line) } catch {
          throw SurveyError("line \(number): \(error.text)")
        }
      }
      return try reader.survey()
    } catch {
      throw SurveyError("\(path): \(error.text)")
    }
  }

  /// What a survey says, and the state behind it, as a file.
  ///
  /// - Parameter state: nil leaves it out: then nothing can be merged with the file.
  public static func write(_ survey: Survey, state: SurveyState?, to append: (_ line: [UInt8]) throws -> Void) throws {
    let writer = SurveyWriter(survey)
    for line in writer.lines {
      var bytes: [UInt8] = []
      line.write(into: &bytes)
      try append(bytes + [UInt8(ascii: "\n")])
    }
    if let state { try append(stateLine(state)) }
  }

  /// The state of a survey as a line, which `states(in:)` finds.
  public static func stateLine(_ state: SurveyState) -> [UInt8] {
    statePrefix + Base64.encode(state.bytes) + Array("\"}\n".utf8)
  }

  /// Calls `body` with every state in a file: one of a `.survey` file, and as many as there are lines in what `survey map` has written.
  ///
  /// - Throws: a `SurveyError` where there is none, or a line is none.
  public static func states(in bytes: [UInt8], _ body: (SurveyState) throws -> Void) throws {
    var found = false
    for line in bytes.split(separator: UInt8(ascii: "\n")) where line.starts(with: statePrefix) {
      guard line.suffix(2).elementsEqual("\"}".utf8),
        let state = Base64.decode(line.dropFirst(statePrefix.count).dropLast(2))
      else { throw StateReader.damage }
      try body(try SurveyState(bytes: state))
      found = true
    }
    guard found else {
      throw SurveyError(
        bytes.starts(with: "{\"headscope-survey\":".utf8)
          ? "it has no state to merge: it was cut off, or its state was left out"
          : "it is no survey, and no part of one that 'headscope survey map' wrote")
    }
  }

  private static let statePrefix = Array("{\"state\":\"".utf8)
}
