import Activations
import JSON
import Support

/// Puts the lines of a survey together again. They are not trusted.
struct SurveyReader {
  private var header: SurveyHeader?
  private var numbers: [SurveyNumber] = []
  private var places: [SurveyNumber: Int] = [:]
  /// By number. What the header says of them must not fill memory: only lines that are there take some.
  private var figures: [FiguresByHead] = []
  private var patterns: [SurveyPattern] = []
  private var sentences: [SurveyedSentence] = []
  private var groups: [(name: String, sentences: Int, figures: [SurveyNumber: FiguresByHead])] = []
  private var distances: [Int: (row: [Double], point: SurveyDistances.Point)] = [:]
  private var distancesOf = 0

  /// The figures of one number whose lines were read, by the place of their heads.
  private typealias FiguresByHead = [Int: SurveyFigure]

  /// No encoder has more heads.
  private static let mostHeads = 1 << 14

  /// Reads a line.
  mutating func read(_ line: some Collection<UInt8>) throws(SurveyError) {
    let value: JSONValue
    do { value = try JSONValue(parsing: line) } catch {
      throw SurveyError("column \(error.column): \(error.message)")
    }
    guard let header else { return try readHeader(value) }
    if value["sentence"] != nil { return try readSentence(value, header) }
    if value["group"] != nil, value["layer"] == nil { return try readGroup(value) }
    let shape = header.shape
    let head = HeadIndex(layer: try Self.integer("layer", of: value), head: try Self.integer("head", of: value))
    guard let place = shape.place(of: head) else {
      throw SurveyError("there is no layer \(head.layer) head \(head.head) in \(shape.layers) layers of \(shape.heads)")
    }
    if let name = value["number"]?.stringValue {
      let number = SurveyNumber(named: name)
      let figure = try figure(of: value)
      if let group = value["group"]?.stringValue { return try add(figure, number, place, toGroup: group) }
      guard let index = places[number] else { throw SurveyError("the header has no number '\(name)'") }
      figures[index][place] = figure
    } else if let name = value["pattern"]?.stringValue {
      let counts = value["counts"]?.objectValue?.members ?? []
      patterns[place] = SurveyPattern(
        name: name, counts: counts.map { .init(name: $0.key.string, sentences: max($0.value.intValue ?? 0, 0)) })
    } else if let row = value["distances"]?.arrayValue {
      try add(row, place: place, of: value)
    }
    // What a later version adds is none of our business.
  }

  /// What the lines say together.
  func survey() throws(SurveyError) -> Survey {
    guard let header else { throw SurveyError("it is empty") }
    let heads = header.shape.count
    var survey = Survey(header: header, numbers: numbers, figures: [], patterns: patterns, distances: nil)
    for (number, figures) in zip(numbers, figures) {
      survey.figures.append(try Self.all(heads, figures, "the number '\(number.name)'"))
    }
    for group in groups {
      survey.groups.append(SurveyGroup(name: group.name, sentences: group.sentences, figures: [:]))
      // In the order of the header, so that what is said of a file that was cut off is always the same.
      for number in numbers {
        guard let figures = group.figures[number] else { continue }
        survey.groups[survey.groups.count - 1].figures[number] =
          try Self.all(heads, figures, "the number '\(number.name)' of the group '\(group.name)'")
      }
    }
    guard !distances.isEmpty else { return survey }
    let rows = try Self.all(heads, distances, "\"distances\"")
    survey.distances = SurveyDistances(sentences: distancesOf, matrix: rows.map(\.row), map: rows.map(\.point))
    return survey
  }

  /// What was read of every head, in their order.
  private static func all<T>(_ heads: Int, _ read: [Int: T], _ what: String) throws(SurveyError) -> [T] {
    let all = (0..<heads).compactMap { read[$0] }
    guard all.count == heads else {
      throw SurveyError("lines are missing: \(words: what) is there for \(all.count) of \(heads) heads")
    }
    return all
  }

  private mutating func readHeader(_ value: JSONValue) throws(SurveyError) {
    guard let version = value["headscope-survey"]?.intValue else {
      throw SurveyError("it is no survey: the first line has no \"headscope-survey\"")
    }
    guard version == SurveyFile.version else {
      throw SurveyError("it has version \(version) of the format, and this program reads version \(SurveyFile.version)")
    }
    var header = SurveyHeader()
    header.model = value["model"]?.stringValue ?? ""
    header.weights = value["weights"]?.stringValue ?? ""
    let layers = try Self.integer("layers", of: value)
    let heads = try Self.integer("heads", of: value)
    guard (1...Self.mostHeads).contains(layers), (1...Self.mostHeads).contains(heads), layers * heads <= Self.mostHeads
    else { throw SurveyError("\(layers) layers of \(heads) heads are no encoder's") }
    header.shape = SurveyShape(layers: layers, heads: heads)
    header.sentences = try Self.count("sentences", of: value)
    header.tokens = try Self.count("tokens", of: value)
    header.seed = try Self.integer("seed", of: value)
    header.sample = value["sample"]?.stringValue ?? ""
    header.grouping = value["by"]?.stringValue.flatMap { SurveyGrouping(rawValue: $0) }
    header.instructions = value["instructions"]?.arrayValue?.compactMap(\.stringValue) ?? []
    for (kind, count) in value["problems"]?.objectValue?.members ?? [] {
      header.problems[kind.string] = max(count.intValue ?? 0, 0)
    }
    for name in value["numbers"]?.arrayValue ?? [] {
      guard let name = name.stringValue else { throw SurveyError("\"numbers\" should be names") }
      let number = SurveyNumber(named: name)
      guard places.updateValue(numbers.count, forKey: number) == nil else {
        throw SurveyError("the number '\(name)' is there twice")
      }
      numbers.append(number)
    }
    figures = [FiguresByHead](repeating: [:], count: numbers.count)
    patterns = [SurveyPattern](repeating: SurveyPattern(name: "none", counts: []), count: header.shape.count)
    self.header = header
  }

  private mutating func readSentence(_ value: JSONValue, _ header: SurveyHeader) throws(SurveyError) {
    guard value["sentence"]?.intValue == sentences.count, let identity = value["id"]?.stringValue,
      let text = value["text"]?.stringValue
    else { throw SurveyError("a sentence should have the number \(sentences.count), an \"id\" and a \"text\"") }
    sentences.append(SurveyedSentence(identity: identity, text: text, seed: header.seed))
  }

  private func figure(of value: JSONValue) throws(SurveyError) -> SurveyFigure {
    var figure = SurveyFigure()
    figure.count = try Self.count("n", of: value)
    figure.mean = try Self.number("mean", of: value)
    figure.interval = try Self.range("low", "high", of: value)
    figure.deviation = value["deviation"]?.doubleValue
    let quantiles = SurveyWriter.quantiles.compactMap { value[$0]?.doubleValue }
    if quantiles.count == SurveyWriter.quantiles.count { figure.quantiles = quantiles }
    if value["offset"] != nil {
      var comparison = SurveyComparison()
      comparison.offset = try Self.integer("offset", of: value)
      comparison.baseline = try Self.number("baseline", of: value)
      comparison.difference = try Self.range("differenceLow", "differenceHigh", of: value)
      comparison.chance = try Self.number("p", of: value)
      comparison.control = try Self.number("control", of: value)
      figure.comparison = comparison
    }
    var lists: [[Witness]] = []
    for name in SurveyWriter.witnesses {
      var list: [Witness] = []
      for witness in value[name]?.arrayValue ?? [] { list.append(try self.witness(witness)) }
      lists.append(list)
    }
    figure.witnesses = Witnesses(strongest: lists[0], against: lists[1], sampled: lists[2])
    return figure
  }

  private func witness(_ value: JSONValue) throws(SurveyError) -> Witness {
    let place = try Self.integer("sentence", of: value)
    guard sentences.indices.contains(place) else { throw SurveyError("there is no sentence \(place) before it") }
    guard value["from"] != nil else {
      return Witness(sentences[place], value: try Self.number("value", of: value))
    }
    let pair = WitnessPair(
      from: try Self.place("from", of: value), to: try Self.place("to", of: value),
      predicted: try Self.place("predicted", of: value))
    return Witness(sentences[place], value: try Self.number("value", of: value), pair: pair)
  }

  private mutating func readGroup(_ value: JSONValue) throws(SurveyError) {
    guard groups.count < SurveyGrouping.mostGroups, let name = value["group"]?.stringValue else {
      throw SurveyError("\"group\" should be one of at most \(SurveyGrouping.mostGroups) names")
    }
    groups.append((name, try Self.count("sentences", of: value), [:]))
  }

  private mutating func add(
    _ figure: SurveyFigure, _ number: SurveyNumber, _ place: Int, toGroup name: String
  ) throws(SurveyError) {
    guard let group = groups.lastIndex(where: { $0.name == name }) else {
      throw SurveyError("the group '\(name)' has no line of its own before it")
    }
    guard places[number] != nil else { throw SurveyError("the header has no number '\(number.name)'") }
    groups[group].figures[number, default: [:]][place] = figure
  }

  private mutating func add(_ row: [JSONValue], place: Int, of value: JSONValue) throws(SurveyError) {
    let count = patterns.count
    let numbers = row.compactMap(\.doubleValue)
    guard row.count == count, numbers.count == count, numbers.allSatisfy(\.isFinite) else {
      throw SurveyError("\"distances\" should be \(count) numbers")
    }
    distancesOf = try Self.count("distancesOf", of: value)
    let point = SurveyDistances.Point(x: try Self.number("x", of: value), y: try Self.number("y", of: value))
    distances[place] = (numbers, point)
  }
}

// MARK: - Values

extension SurveyReader {
  private static func integer(_ key: String, of value: JSONValue) throws(SurveyError) -> Int {
    guard let number = value[key]?.intValue else { throw SurveyError("\"\(words: key)\" should be a whole number") }
    return number
  }

  private static func count(_ key: String, of value: JSONValue) throws(SurveyError) -> Int {
    let number = try integer(key, of: value)
    guard number >= 0 else { throw SurveyError("\"\(words: key)\" should not be negative") }
    return number
  }

  private static func number(_ key: String, of value: JSONValue) throws(SurveyError) -> Double {
    guard let number = value[key]?.doubleValue, number.isFinite else {
      throw SurveyError("\"\(words: key)\" should be a number")
    }
    return number
  }

  private static func range(
    _ low: String, _ high: String, of value: JSONValue
  ) throws(SurveyError) -> ClosedRange<Double> {
    let (start, end) = (try number(low, of: value), try number(high, of: value))
    guard start <= end else { throw SurveyError("\"\(words: low)\" should not be more than \"\(words: high)\"") }
    return start...end
  }

  private static func place(_ key: String, of value: JSONValue) throws(SurveyError) -> Range<Int> {
    guard let start = value[key]?[0]?.intValue, let end = value[key]?[1]?.intValue, 0 <= start, start <= end else {
      throw SurveyError("\"\(words: key)\" should be a range of code points, as in [0, 3]")
    }
    return start..<end
  }
}
