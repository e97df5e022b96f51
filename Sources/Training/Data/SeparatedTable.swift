import Support

/// A table whose columns are separated by tabs, or by commas as RFC 4180 says. Its first line names the columns.
struct SeparatedTable {
  let name: String
  let columns: [String]
  let rows: [(line: Int, fields: [String])]

  init(_ bytes: ArraySlice<UInt8>, isCommaSeparated: Bool, name: String) throws(TrainingError) {
    self.name = name
    var records = try isCommaSeparated ? Self.quoted(bytes, name: name) : Self.plain(bytes, name: name)
    guard !records.isEmpty else { throw TrainingError("\(name): is empty") }
    columns = records.removeFirst().fields
    rows = records
  }

  func sentences() throws(TrainingError) -> [LabelledSentence] {
    func column(_ names: String...) -> Int? { names.lazy.compactMap { columns.firstIndex(of: $0) }.first }
    func required(_ name: String) throws(TrainingError) -> Int {
      if let index = column(name) { return index }
      throw TrainingError(
        "\(self.name): has no column '\(name)'; the first line names \(columns.joined(separator: ", "))")
    }
    let (text, label) = (try required("text"), try required("label"))
    let pair = column("text_pair", "pair")
    var result: [LabelledSentence] = []
    for (line, fields) in rows {
      guard fields.count == columns.count else {
        throw TrainingError(
          "\(name), line \(line): has \(fields.count) fields, the first line names \(columns.count) columns")
      }
      result.append(
        try LabelledSentence(
          text: fields[text], pair: pair.map { fields[$0] }, label: fields[label], line: line, in: name))
    }
    return result
  }

  /// Tabs separate, and nothing is quoted.
  private static func plain(
    _ bytes: ArraySlice<UInt8>, name: String
  ) throws(TrainingError) -> [(line: Int, fields: [String])] {
    var records: [(line: Int, fields: [String])] = []
    for (index, line) in Lines(of: bytes).lines.enumerated() {
      let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      if line.isEmpty {
        throw TrainingError("\(name), line \(index + 1): is empty")
      }
      var fields: [String] = []
      for field in line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false) {
        fields.append(try text(field, line: index + 1, name))
      }
      records.append((index + 1, fields))
    }
    return records
  }

  private static func text(
    _ bytes: some Collection<UInt8>, line: Int, _ name: String
  ) throws(TrainingError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw TrainingError("\(name), line \(line): is not valid UTF-8")
    }
    return text
  }

  /// Commas separate; what is quoted may hold them, line ends, and quotation marks that are written twice.
  private static func quoted(
    _ bytes: ArraySlice<UInt8>, name: String
  ) throws(TrainingError) -> [(line: Int, fields: [String])] {
    let (comma, quote) = (UInt8(ascii: ","), UInt8(ascii: "\""))
    let (feed, carriageReturn) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
    var records: [(line: Int, fields: [String])] = []
    var (fields, field): ([String], [UInt8]) = ([], [])
    var (line, firstLine, isQuoted, wasQuoted) = (1, 1, false, false)
    var index = bytes.startIndex
    func endField() throws(TrainingError) {
      fields.append(try text(field, line: line, name))
      field = []
      wasQuoted = false
    }
    func endRecord() throws(TrainingError) {
      if fields.isEmpty, field.isEmpty, !wasQuoted { throw TrainingError("\(name), line \(line): is empty") }
      try endField()
      records.append((firstLine, fields))
      fields = []
    }
    while index < bytes.endIndex {
      let byte = bytes[index]
      index += 1
      if isQuoted {
        if byte == feed { line += 1 }
        if byte != quote {
          field.append(byte)
        } else if index < bytes.endIndex, bytes[index] == quote {
          field.append(quote)
          index += 1
        } else {
          isQuoted = false
        }
      } else if byte == quote, field.isEmpty, !wasQuoted {
        (isQuoted, wasQuoted) = (true, true)
      } else if byte == comma {
        try endField()
      } else if byte == feed {
        try endRecord()
        line += 1
        firstLine = line
      } else if byte != carriageReturn || index == bytes.endIndex || bytes[index] != feed {
        field.append(byte)
      }
    }
    if isQuoted { throw TrainingError("\(name), line \(firstLine): a quotation mark is not closed") }
    if !fields.isEmpty || !field.isEmpty || wasQuoted { try endRecord() }
    return records
  }
}

extension LabelledSentence {
  /// A row of a table; an empty pair is none.
  init(text: String, pair: String?, label: String, line: Int, in name: String) throws(TrainingError) {
    guard !text.allSatisfy(\.isWhitespace) else { throw TrainingError("\(name), line \(line): the text is empty") }
    guard !label.isEmpty else { throw TrainingError("\(name), line \(line): the label is empty") }
    self.init(text: text, pair: pair?.isEmpty == true ? nil : pair, label: label, line: line)
  }
}
