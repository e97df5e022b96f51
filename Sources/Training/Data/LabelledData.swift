import Support

/// A sentence, or a pair of them, and its label.
package struct LabelledSentence: Sendable, Equatable {
  package let text: String
  package let pair: String?
  package let label: String
  /// The line that it begins in, counted from 1.
  package let line: Int
}

/// Sentences with labels, as a file holds them.
package struct LabelledData: Sendable, Equatable {
  /// What messages call it.
  package let name: String
  package let sentences: [LabelledSentence]
  /// Recognises what the file holds: FNV-1a of its bytes, in 16 hexadecimal digits.
  package let digest: String

  /// The labels that occur, sorted by code points.
  package var labels: [String] {
    Set(sentences.map(\.label)).sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
  }

  /// How many times each label occurs.
  package var counts: [String: Int] { sentences.reduce(into: [:]) { $0[$1.label, default: 0] += 1 } }

  /// Reads a file: `.jsonl` with `text`, `label` and `text_pair` or `pair` in each line; `.csv` or `.tsv` with a header that
  /// names such columns.
  ///
  /// - Throws: a line that says what is wrong, and where.
  package init(file path: String) throws {
    let bytes = try InputFile(path).bytes(limit: Self.mostBytes)
    try self.init(bytes, format: Format(path: path), name: path)
  }

  /// The largest file that is read.
  static let mostBytes = 256 << 20

  /// How a file is laid out.
  package enum Format: Sendable, CaseIterable {
    case tabSeparated, commaSeparated, jsonLines

    /// By the ending of a file's name.
    init(path: String) throws(TrainingError) {
      switch path.split(separator: ".").last?.lowercased() {
      case "tsv": self = .tabSeparated
      case "csv": self = .commaSeparated
      case "jsonl": self = .jsonLines
      default:
        throw TrainingError("\(path): the ending should be .tsv, .csv or .jsonl, so that it is known how to read it")
      }
    }
  }

  package init(_ bytes: [UInt8], format: Format, name: String) throws(TrainingError) {
    self.name = name
    digest = FNV1a(bytes).digits
    var bytes = bytes[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    switch format {
    case .tabSeparated, .commaSeparated:
      sentences = try SeparatedTable(bytes, isCommaSeparated: format == .commaSeparated, name: name).sentences()
    case .jsonLines: sentences = try labelledLines(bytes, name: name)
    }
    guard !sentences.isEmpty else { throw TrainingError("\(name): holds no sentences") }
  }

  /// The ids of the labels: their place among `known`, or where nothing is known, among those that occur. Labels that are whole
  /// numbers are ids.
  package func labelNames() throws(TrainingError) -> [String] {
    let labels = labels
    guard labels.count > 1 else {
      throw TrainingError(
        "\(name): all sentences have the label '\(labels.first ?? "")'; there is nothing to tell apart")
    }
    let ids = labels.map { Int($0) }
    guard ids.allSatisfy({ ($0 ?? -1) >= 0 }), let largest = ids.compactMap(\.self).max() else { return labels }
    guard largest < 1000 else { throw TrainingError("\(name): the label \(largest) is no id: ids are below 1000") }
    return (0...largest).map(String.init)
  }

  /// The id of every sentence's label among `names`.
  package func ids(among names: [String]) throws(TrainingError) -> [Int] {
    var places: [String: Int] = [:]
    for (id, name) in names.enumerated() where places[name] == nil { places[name] = id }
    var ids: [Int] = []
    for sentence in sentences {
      if let id = places[sentence.label] {
        ids.append(id)
      } else if let id = Int(sentence.label), names.indices.contains(id) {
        ids.append(id)
      } else {
        throw TrainingError(
          "\(name), line \(sentence.line): the label '\(sentence.label)' is none of those that the prediction layer knows: "
            + "\(names.prefix(12).joined(separator: ", "))")
      }
    }
    return ids
  }
}
