import Checkpoints
import Encoders
import Support

extension ModelLocation {
  /// Whether a folder holds a LoRA adapter, and no model of its own.
  static func isAdapter(_ folder: String) -> Bool {
    WeightNames.model.main(in: folder) == nil && Files.isFile(Files.join(folder, AdapterConfiguration.fileName))
  }

  /// What an adapter calls the model that it changes; nil where it does not say so.
  package var baseName: String? { isAdapter ? (try? AdapterConfiguration(folder: folder))?.baseName : nil }
}

extension ModelLocator {
  /// The model that lies in a folder; of an adapter with the place of the model that it changes, where that is found.
  package func placed(ofFolder folder: String) -> ModelLocation { withBase(location(ofFolder: folder)) }

  /// An adapter with the place of the model that it changes, if that is found by its name: as any model is, or beside the adapter. A
  /// path of another computer counts for the name that it ends in.
  func withBase(_ location: ModelLocation) -> ModelLocation {
    guard let name = location.baseName else { return location }
    let last = Files.name(of: name)
    let beside = Files.join(Files.parent(of: Files.resolved(location.folder) ?? location.folder), last)
    for reference in [name, last, beside] {
      guard let found = try? find(reference), !found.isAdapter, Files.isFile(Files.join(found.folder, "config.json"))
      else {
        continue
      }
      return location.merged(into: found)
    }
    return location
  }
}
