import Support

/// What comes next in a corpus.
public enum CorpusItem: Sendable, Equatable {
  /// A sentence, and the line that it begins in.
  case sentence(CorpusSentence, line: Int)
  /// Something that cannot be used.
  case problem(CorpusProblem)
}

/// A file of a corpus.
public struct CorpusFile: Sendable, Equatable {
  /// As it was asked for. Untrusted text.
  public let path: String
  /// How sentences are written in it.
  public let format: CorpusFormat
  /// How many bytes it has.
  public let size: Int
  /// The FNV-1a hash of all of its bytes, 16 hexadecimal digits.
  public let digest: String
}

/// Between two sentences of a corpus.
public struct CorpusPlace: Sendable, Equatable {
  /// The place of the file in the list of files.
  public var file: Int
  /// Where the next line begins, in bytes.
  public var offset: Int
  /// The number of the next line, from 1.
  public var line: Int
  /// How many sentences, and others that could not be used, come before it in all files.
  public var items: Int

  /// A place; the beginning where nothing is said.
  public init(file: Int = 0, offset: Int = 0, line: Int = 1, items: Int = 0) {
    self.file = file
    self.offset = offset
    self.line = line
    self.items = items
  }
}

/// A part of a corpus: of every `count` sentences the one at `index`, so that all parts together have each sentence, and each that could
/// not be used, once.
public struct CorpusShard: Sendable, Equatable {
  /// Which part it is, from 1.
  public let number: Int
  /// How many parts there are.
  public let count: Int
  /// All of a corpus.
  public static let whole = CorpusShard(number: 1, count: 1)

  /// Part `number` of `count`; nil where there is no such part.
  public init?(_ number: Int, of count: Int) {
    guard count >= 1, (1...count).contains(number) else { return nil }
    self.init(number: number, count: count)
  }

  private init(number: Int, count: Int) {
    self.number = number
    self.count = count
  }

  /// Whether it has the item that so many come before.
  func has(_ item: Int) -> Bool { item % count == number - 1 }
}

/// Reads a corpus sentence after sentence, with memory that does not depend on how long it is.
public struct CorpusReader: Sendable {
  /// How many bytes a line may have, and a sentence of a treebank.
  public static let longestLine = 1 << 20

  /// The files, in order; none where it is read from a stream.
  public let files: [CorpusFile]
  private let shard: CorpusShard
  /// What sentences without an identity are called by, before the number of their line; nil where they cannot be called anything.
  private var prefix: String?
  private var format = CorpusFormat.text
  private var lines: LineReader?
  private var current = CorpusPlace()

  /// Reads files one after the other. All of them are read through once at the beginning, for their digests.
  ///
  /// - Parameters:
  ///   - format: of all files; nil: as the ending of each says, or else its beginning.
  ///   - shard: which of the sentences.
  /// - Throws: where a file cannot be read, or is there twice.
  public init(
    files paths: [String], format: CorpusFormat? = nil, shard: CorpusShard = .whole
  ) throws(SurveyError) {
    var files: [CorpusFile] = []
    for path in paths {
      let source = try FileSource(path)
      var format = format ?? CorpusFormat(ending: path)
      if format == nil {
        var lines = LineReader(source, longest: Self.longestLine)
        format = CorpusFormat(of: try lines.beginning())
      }
      let (digest, size) = try Self.digest(of: source)
      if size > 0, let same = files.first(where: { $0.digest == digest }) {
        throw SurveyError("\(path) has the same bytes as \(same.path): leave one of them out, or all would count twice")
      }
      files.append(CorpusFile(path: path, format: format ?? .text, size: size, digest: digest))
    }
    self.files = files
    self.shard = shard
  }

  /// Reads a stream: standard input, a pipe.
  ///
  /// - Parameters:
  ///   - name: what errors call it.
  ///   - part: what sentences without an identity are called by, before the number of their line; nil: they cannot be used.
  ///   - format: nil: what the beginning looks like.
  public init(
    descriptor: Int32, name: String, part: String?, format: CorpusFormat? = nil, shard: CorpusShard = .whole
  ) throws(SurveyError) {
    files = []
    self.shard = shard
    prefix = part
    var lines = LineReader(StreamSource(descriptor: descriptor, name: name), longest: Self.longestLine)
    if let format { self.format = format } else { self.format = CorpusFormat(of: try lines.beginning()) }
    self.lines = lines
  }

  /// Where the next sentence is looked for: a reader of the same files that goes there reads what this one would.
  public var place: CorpusPlace {
    var place = current
    if let lines { (place.offset, place.line) = (lines.offset, lines.number) }
    return place
  }

  /// How many bytes of all files come before this place.
  public var bytesRead: Int { files.prefix(current.file).reduce(0) { $0 + $1.size } + place.offset }

  /// How many bytes all files have.
  public var bytes: Int { files.reduce(0) { $0 + $1.size } }

  /// Goes to a place that `place` gave, of the same files.
  public mutating func go(to place: CorpusPlace) throws(SurveyError) {
    guard !files.isEmpty, (0...files.count).contains(place.file), place.line >= 1, place.items >= 0,
      (0...(place.file < files.count ? files[place.file].size : 0)).contains(place.offset)
    else { throw SurveyError("the place to go on from is not in this corpus: begin again") }
    current = place
    lines = nil
  }

  /// The next sentence of the shard, or what stands in its place; nil behind the last one.
  public mutating func next() throws(SurveyError) -> CorpusItem? {
    while let item = try nextOfAll() {
      defer { current.items += 1 }
      if shard.has(current.items) { return item }
    }
    return nil
  }

  private mutating func nextOfAll() throws(SurveyError) -> CorpusItem? {
    while true {
      if lines == nil, current.file < files.count { try open(files[current.file]) }
      guard lines != nil else { return nil }
      if let item = try nextOfFile() { return item }
      guard !files.isEmpty else { return nil }
      lines = nil
      current.file += 1
      (current.offset, current.line) = (0, 1)
    }
  }

  private mutating func open(_ file: CorpusFile) throws(SurveyError) {
    let source = try FileSource(file.path)
    guard source.size == file.size else {
      throw SurveyError("\(file.path) was changed while it was read: begin again")
    }
    (format, prefix) = (file.format, file.digest)
    lines = LineReader(source, longest: Self.longestLine, from: current.offset, number: current.line)
  }

  private mutating func nextOfFile() throws(SurveyError) -> CorpusItem? {
    guard let name = lines?.source.name else { return nil }
    if format == .treebank { return try nextTree(in: name) }
    guard let number = lines?.number, let line = try lines?.next() else { return nil }
    do throws(SentenceError) {
      switch line {
      case .tooLong: throw .tooLong
      case .notUTF8: throw .notUTF8
      case .text(let text):
        guard text.utf8.contains(where: { !$0.isSpace }) else { throw SentenceError(.empty, "the line is empty") }
        let sentence =
          format == .text
          ? CorpusSentence(identity: try identity(line: number), text: text)
          : try CorpusSentence(json: text, identity: try identity(line: number))
        return .sentence(sentence, line: number)
      }
    } catch {
      return .problem(CorpusProblem(error.kind, file: name, line: number, error.reason))
    }
  }

  /// The next lines up to an empty one.
  private mutating func nextTree(in name: String) throws(SurveyError) -> CorpusItem? {
    var words = TreebankWords()
    var failure: SentenceError?
    var first: Int?
    var size = 0
    while let number = lines?.number, let offset = lines?.offset, let line = try lines?.next() {
      if case .text(let text) = line, !text.utf8.contains(where: { !$0.isSpace }) {
        if first == nil { continue }
        break
      }
      let start = first ?? number
      first = start
      size += (lines?.offset ?? offset) - offset
      guard failure == nil else { continue }
      do throws(SentenceError) {
        switch line {
        case .text(let text) where size <= Self.longestLine: try words.add(text)
        case .notUTF8: throw .notUTF8
        case .text, .tooLong: throw .tooLong
        }
      } catch {
        failure = SentenceError(error.kind, line: number - start, error.reason)
        words = TreebankWords()
      }
    }
    guard let first else { return nil }
    do throws(SentenceError) {
      if let failure { throw failure }
      return .sentence(try CorpusSentence(words, identity: try identity(line: first)), line: first)
    } catch {
      return .problem(CorpusProblem(error.kind, file: name, line: first + error.line, error.reason))
    }
  }

  private func identity(line: Int) throws(SentenceError) -> String {
    guard let prefix else {
      throw SentenceError(.noID, "it has no \"id\": give it one, or name the part that these lines are")
    }
    return "\(prefix):\(line)"
  }

  private static func digest(of source: FileSource) throws(SurveyError) -> (digits: String, size: Int) {
    var hash = FNV1a()
    var size = 0
    while true {
      let bytes = try source.bytes(from: size, count: 1 << 18)
      if bytes.isEmpty { return (hash.digits, size) }
      for byte in bytes { hash.add(byte) }
      size += bytes.count
    }
  }
}

extension SentenceError {
  fileprivate static let notUTF8 = SentenceError(.notUTF8, "this is not valid UTF-8")
  fileprivate static let tooLong = SentenceError(
    .tooLong, "it is longer than the \(CorpusReader.longestLine) bytes that a sentence may have")
}
