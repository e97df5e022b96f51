/// Whether what is done is being saved.
public enum RecordingStatus: Sendable, Equatable {
  case off
  /// A picture is exported; there is nothing to record.
  case picture
  /// The file is being opened.
  case opening
  case on(file: String)
  /// Exploring goes on, but nothing is saved: why.
  case failed(String)
}

/// A line in the list of models.
public struct ModelChoice: Sendable, Equatable {
  /// What kind of place a model is in.
  public enum Origin: Sendable {
    case modelsFolder, cache, partlyDownloaded

    /// What stands above the models of this kind.
    package var title: String {
      switch self {
      case .modelsFolder: "In the models folders"
      case .cache: "In the Hugging Face cache"
      case .partlyDownloaded: "Partly downloaded"
      }
    }
  }

  /// What `--model` takes.
  public var reference: String
  /// What it is called in the list.
  public var name: String
  /// What kind of place it is in.
  public var origin: Origin
  /// Family and sizes, or how much has arrived.
  public var summary: String
  /// The folder that it lies in.
  public var place: String
  /// What keeps it from being loaded, and what to do about it; nil where nothing does.
  public var obstacle: String?

  /// A line for a model; see the properties.
  public init(
    reference: String, name: String, origin: Origin, summary: String, place: String, obstacle: String? = nil
  ) {
    self.reference = reference
    self.name = name
    self.origin = origin
    self.summary = summary
    self.place = place
    self.obstacle = obstacle
  }
}
