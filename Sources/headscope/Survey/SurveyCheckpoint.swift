import Exporting
import Glibc
import JSON
import Models
import Support
import Survey

/// The file beside a survey in which it is kept until it is whole: `FILE.part`. A lock on it says that somebody is at work.
final class SurveyCheckpoint {
  /// What was kept.
  struct Saved {
    let state: SurveyState
    let place: CorpusPlace
  }

  private let path: String
  private let output: String
  /// Holds the lock; replaced with the file.
  private var descriptor: Int32 = -1
  private let isResumed: Bool
  /// Whether the survey itself is there, and nothing was begun anew.
  private(set) var isComplete = false

  /// - Throws: where somebody else is at work, or a survey was stopped and is not resumed.
  init(for output: String, isResumed: Bool) throws {
    self.output = output
    self.isResumed = isResumed
    path = output + ".part"
    guard output != "-" else { throw UsageError("-o -: a survey that can be resumed needs a file") }
    if isResumed, access(path, F_OK) != 0, access(output, F_OK) == 0 {
      isComplete = true
      return
    }
    // What cannot be written at the end is said at the beginning.
    _ = try OutputFile(.path(output), randomAccess: false)
    var existed = true
    descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    if descriptor < 0 {
      existed = false
      descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    }
    guard descriptor >= 0 else { throw FileError(path, .cannotWrite(errno)) }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      throw CommandError("\(path) is in use: another survey is being made there")
    }
    guard existed, !isResumed else { return }
    throw CommandError(
      "\(path) is there: a survey was stopped before its end; add --resume to go on with it, or remove the file to begin again"
    )
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// What was kept of the same survey; nil where nothing was.
  func load(options: SurveyOptions, files: [CorpusFile], shard: String) throws -> Saved? {
    guard isResumed else { return nil }
    let bytes = try InputFile(path).bytes(limit: SurveyFile.mostBytes)
    if bytes.isEmpty { return nil }
    do {
      let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
      let head: JSONValue
      do { head = try JSONValue(parsing: bytes[..<end]) } catch { throw Self.damage }
      guard head["headscope-survey-part"]?.intValue == SurveyFile.version,
        let place = head["place"]?.arrayValue?.compactMap(\.intValue), place.count == 4
      else { throw Self.damage }
      guard head["files"]?.arrayValue?.compactMap(\.stringValue) == files.map(\.digest),
        head["shard"]?.stringValue == shard
      else { throw SurveyError("the files, or --shard, are others than those that it was begun with") }
      var state: SurveyState?
      try SurveyFile.states(in: Array(bytes[end...])) { state = $0 }
      guard let state, state.options == options else {
        throw SurveyError("the encoder, --seed, --by or --sample are others than those that it was begun with")
      }
      return Saved(
        state: state, place: CorpusPlace(file: place[0], offset: place[1], line: place[2], items: place[3]))
    } catch let error as SurveyError {
      throw CommandError("\(path): \(error.text)")
    }
  }

  private static var damage: SurveyError {
    SurveyError("it is no survey that was stopped: remove it to begin again")
  }

  /// Keeps a state, in the place of the one before.
  func save(_ state: SurveyState, _ place: CorpusPlace, files: [CorpusFile], shard: String) throws {
    let head: JSONValue = [
      "headscope-survey-part": .integer(SurveyFile.version), "files": .array(files.map { JSONValue($0.digest) }),
      "shard": JSONValue(shard),
      "place": .array([place.file, place.offset, place.line, place.items].map { .integer($0) }),
    ]
    var bytes: [UInt8] = []
    head.write(into: &bytes)
    bytes += [UInt8(ascii: "\n")] + SurveyFile.stateLine(state)
    var file = try ReplacementFile(for: path)
    try Files.write(bytes, to: file.descriptor, path: path)
    // The lock goes with the file: it belongs to whoever opened it, and a copy of the descriptor keeps it.
    _ = flock(file.descriptor, LOCK_EX | LOCK_NB)
    let copy = fcntl(file.descriptor, F_DUPFD_CLOEXEC, 0)
    try file.takePlace(isDurable: false)
    if descriptor >= 0 { close(descriptor) }
    descriptor = copy
  }

  /// The survey is whole.
  func remove() { unlink(path) }
}
