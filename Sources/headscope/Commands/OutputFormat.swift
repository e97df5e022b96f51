import ArgumentParser
import Canvas
import Exporting
import Pictures
import Support
import UserInput

extension PictureFormat: ExpressibleByArgument {}

/// What `export` writes: numbers, or a picture of the screen.
enum OutputFormat: Equatable, ExpressibleByArgument {
  case numbers(ExportFormat)
  case picture(PictureFormat)

  init?(argument: String) {
    if let format = ExportFormat(rawValue: argument) {
      self = .numbers(format)
    } else if let format = PictureFormat(rawValue: argument) {
      self = .picture(format)
    } else {
      return nil
    }
  }

  init?(fileName: String) {
    if let format = ExportFormat(fileName: fileName) {
      self = .numbers(format)
    } else if let format = PictureFormat(fileName: fileName) {
      self = .picture(format)
    } else {
      return nil
    }
  }

  static var allValueStrings: [String] {
    ExportFormat.allCases.map(\.rawValue) + PictureFormat.allCases.map(\.rawValue)
  }
}

extension Theme: ExpressibleByArgument {
  /// The theme of an option's value, dark or light; nil for any other text.
  public init?(argument: String) {
    guard let theme = Theme.all.first(where: { $0.id == argument }) else { return nil }
    self = theme
  }

  /// How the help names a theme that is a default.
  public var defaultValueDescription: String { id }
  /// The values that the option takes, as the help and completions list them.
  public static var allValueStrings: [String] { all.map(\.id) }
}

extension ColorDepth: ExpressibleByArgument {
  private static let names: [(String, ColorDepth)] = [
    ("truecolor", .truecolor), ("256", .indexed256), ("8", .eight), ("none", .none),
  ]

  /// The depth of an option's value: truecolor, 256, 8 or none; nil for any other text.
  public init?(argument: String) {
    guard let depth = Self.names.first(where: { $0.0 == argument })?.1 else { return nil }
    self = depth
  }

  /// How the help names a depth that is a default.
  public var defaultValueDescription: String { Self.names.first { $0.1 == self }?.0 ?? "" }
  /// The values that the option takes, as the help and completions list them.
  public static var allValueStrings: [String] { names.map(\.0) }
}

extension Size: ExpressibleByArgument {
  /// COLSxROWS, as in 120x40; at most 1000x500.
  public init?(argument: String) {
    let parts = argument.split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, let columns = Int(decimal: parts[0], in: 1...1000),
      let rows = Int(decimal: parts[1], in: 1...500)
    else { return nil }
    self.init(columns: columns, rows: rows)
  }

  /// How the help names a size that is a default, as in 120x40.
  public var defaultValueDescription: String { "\(columns)x\(rows)" }
}
