import ArgumentParser
import Explorer
import Exporting
import JSON
import Support
import Survey

struct SurveyShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print the numbers of a survey.",
    discussion: """
      The table has a line a head; csv has a line for each head and number, with its interval. --sort NAME puts the heads with the largest \
      NAME first: entropy, previous, nsubj, reverse:nsubj, tree ... 'numbers' as NAME lists them.
      """)

  @Argument(help: .init("What 'headscope survey' wrote.", valueName: "file"))
  var file: String

  @Option(help: .init("The number by which heads are sorted, the largest first.", valueName: "name"))
  var sort: String?

  @Option(help: .init("table, csv or json (default: table).", valueName: "format"))
  var format: SurveyTableFormat = .table

  func run() throws {
    let survey = try SurveyFile.read(file)
    let output = try StandardStreams.output()
    if sort == "numbers" {
      for number in survey.numbers { try output.append(number.name.singleLine + "\n") }
      return try output.finish()
    }
    var order = Array(0..<survey.header.shape.count)
    var chosen: SurveyNumber?
    if let sort {
      let number = SurveyNumber(named: sort)
      guard let figures = survey[number] else {
        throw UsageError(
          "--sort \(sort): \(file) has no such number; 'headscope survey show --sort numbers \(file)' lists them")
      }
      order.sort { (figures[$1].mean, $0) < (figures[$0].mean, $1) }
      chosen = number
    }
    switch format {
    case .table: try SurveyTable(survey, sortedBy: chosen).write(order, to: output)
    case .csv: try SurveyRows(survey).writeCSV(order, to: output)
    case .json: try SurveyRows(survey).writeJSON(order, to: output)
    }
    try output.finish()
  }
}

enum SurveyTableFormat: String, ExpressibleByArgument, CaseIterable {
  case table, csv, json
}

/// A line a head, for people.
private struct SurveyTable {
  let survey: Survey
  let number: SurveyNumber?

  init(_ survey: Survey, sortedBy number: SurveyNumber?) {
    self.survey = survey
    self.number = number
  }

  func write(_ order: [Int], to output: OutputFile) throws {
    let header = survey.header
    try output.append(
      "\(header.model.singleLine): \(header.sentences) sentences, \(header.tokens) tokens, seed \(header.seed)\n")
    var columns = survey.numbers.filter {
      if case .statistic(let statistic) = $0.kind { statistic.isColumn } else { false }
    }
    columns.removeAll { $0 == number }
    var titles: [TextTable.Column] = [.init("layer", .trailing), .init("head", .trailing), .init("pattern")]
    if let number { titles += sortedTitles(number) }
    titles += columns.map { .init($0.name, .trailing) }
    var table = TextTable(columns: titles)
    for place in order {
      let head = header.shape.head(at: place)
      var row = ["\(head.layer)", "\(head.head)", survey.patterns[place].name]
      if let number, let figure = survey[number]?[place] { row += sorted(figure) }
      table.add(row + columns.map { Words.fixed(survey[$0]?[place].mean ?? 0, 2) })
    }
    try table.write(to: output)
  }

  private func sortedTitles(_ number: SurveyNumber) -> [TextTable.Column] {
    let titles: [TextTable.Column] = [.init(number.name, .trailing), .init("95 % interval", .trailing)]
    return number.isAccuracy
      ? titles + ["n", "baseline", "offset", "p", "control"].map { .init($0, .trailing) } : titles
  }

  private func sorted(_ figure: SurveyFigure) -> [String] {
    let interval = "\(Words.fixed(figure.interval.lowerBound, 3)) to \(Words.fixed(figure.interval.upperBound, 3))"
    let cells = [Words.fixed(figure.mean, 3), interval]
    guard let comparison = figure.comparison else {
      return number?.isAccuracy == true ? cells + ["", "", "", "", ""] : cells
    }
    return cells + [
      "\(figure.count)", Words.fixed(comparison.baseline, 3), "\(comparison.offset)", Words.fixed(comparison.chance, 3),
      Words.fixed(comparison.control, 3),
    ]
  }
}

/// A row for each head and number.
private struct SurveyRows {
  let survey: Survey

  init(_ survey: Survey) { self.survey = survey }

  private static let columns = [
    "group", "layer", "head", "number", "n", "mean", "low", "high", "deviation", "q05", "q25", "q50", "q75", "q95",
    "offset",
    "baseline", "differenceLow", "differenceHigh", "p", "control",
  ]

  /// Calls `body` with the values of each row, in the order of the columns; null where there is none.
  private func rows(_ order: [Int], _ body: ([JSONValue]) throws -> Void) throws {
    for place in order {
      for (number, figures) in zip(survey.numbers, survey.figures) { try body(row(nil, number, place, figures[place])) }
    }
    for group in survey.groups {
      for place in order {
        for number in survey.numbers {
          guard let figures = group.figures[number] else { continue }
          try body(row(group.name, number, place, figures[place]))
        }
      }
    }
  }

  private func row(_ group: String?, _ number: SurveyNumber, _ place: Int, _ figure: SurveyFigure) -> [JSONValue] {
    let head = survey.header.shape.head(at: place)
    var row: [JSONValue] = [
      group.map { JSONValue($0) } ?? .null, .integer(head.layer), .integer(head.head), JSONValue(number.name),
      .integer(figure.count), .number(figure.mean), .number(figure.interval.lowerBound),
      .number(figure.interval.upperBound), figure.deviation.map { .number($0) } ?? .null,
    ]
    row += figure.quantiles?.map { .number($0) } ?? [JSONValue](repeating: .null, count: 5)
    guard let comparison = figure.comparison else { return row + [JSONValue](repeating: .null, count: 6) }
    return row + [
      .integer(comparison.offset), .number(comparison.baseline), .number(comparison.difference.lowerBound),
      .number(comparison.difference.upperBound), .number(comparison.chance), .number(comparison.control),
    ]
  }

  func writeCSV(_ order: [Int], to output: OutputFile) throws {
    try output.append(Self.columns.joined(separator: ",") + "\n")
    try rows(order) { row in
      let cells = row.map { value -> String in
        switch value {
        case .null: ""
        case .string(let text):
          "\""
            + text.string.singleLine.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
            + "\""
        default: value.serialized()
        }
      }
      try output.append(cells.joined(separator: ",") + "\n")
    }
  }

  func writeJSON(_ order: [Int], to output: OutputFile) throws {
    try rows(order) { row in
      let members = zip(Self.columns, row).filter { !$1.isNull }.map { (JSONString($0), $1) }
      try output.append(JSONValue.object(JSONObject(members)).serialized() + "\n")
    }
  }
}
