import AttentionFiles
import Explorer
import Models

/// The models that can be chosen, in the words of the explorer: first those of the models folders, then those of the
/// cache, then what is only partly downloaded.
enum ModelChoices {
  static func all(_ locator: ModelLocator) -> [ModelChoice] {
    let choices = locator.list().map { choice(ListedModel($0)) }
    return [ModelChoice.Origin.modelsFolder, .cache, .partlyDownloaded].flatMap { origin in
      choices.filter { $0.origin == origin }
    }
  }

  /// Files of attention that were opened, with all arrays in them. They go by their names: what is recorded carries no paths.
  static func of(_ files: [String: AttentionFile]) -> [ModelChoice] {
    var seen: Set<String> = []
    return files.sorted { $0.key < $1.key }.flatMap { (reference, file) -> [ModelChoice] in
      file.arrays.compactMap { array -> ModelChoice? in
        guard seen.insert("\(file.path)#\(array)").inserted else { return nil }
        let name = file.name(of: array)
        return ModelChoice(
          reference: array == file.array ? reference : name, name: name, origin: .modelsFolder,
          summary: "attention from a file", place: file.path, obstacle: nil)
      }
    }
  }

  private static func choice(_ model: ListedModel) -> ModelChoice {
    let location = model.location
    return ModelChoice(
      reference: location.source == .folder ? location.folder : location.name, name: location.name,
      origin: location.source != .cache ? .modelsFolder : location.isComplete ? .cache : .partlyDownloaded,
      summary: summary(of: model), place: location.folder, obstacle: obstacle(of: model))
  }

  private static func summary(of model: ListedModel) -> String {
    guard model.location.isComplete else {
      return model.location.source == .cache ? "\(byteSize(model.location.downloadedBytes)) so far" : "incomplete"
    }
    let sizes = [model.layers.map { "\($0) layers" }, model.heads.map { "\($0) heads" }]
    return ([model.family ?? "unknown family"] + sizes.compactMap(\.self) + [byteSize(model.bytes)])
      .joined(separator: ", ")
  }

  private static func obstacle(of model: ListedModel) -> String? {
    let location = model.location
    if !location.isComplete {
      let missing = location.missing.joined(separator: ", ")
      return location.source == .cache
        ? "go on with: headscope models pull \(location.name) (\(missing) is missing)"
        : "\(location.folder) lacks \(missing)"
    }
    return model.isSupported ? nil : "the family \(model.family ?? "of this model") is not supported"
  }
}
