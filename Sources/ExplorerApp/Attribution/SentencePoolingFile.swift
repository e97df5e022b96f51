import JSON
import Models
import Support
import Training

extension SentencePooling {
  /// How the vector of a sentence is made, as the folder of a sentence encoder says: `modules.json` lists what follows the
  /// encoder, and the pooling's own `config.json` says which it is.
  ///
  /// - Throws: why there is no vector of a sentence, in one line.
  init(folder: String) throws(TrainingError) {
    let path = Files.join(folder, "modules.json")
    guard Files.isFile(path) else {
      throw TrainingError(
        "the model's folder has no modules.json that says how vectors of sentences are pooled"
      )
    }
    let modules = try Self.read(path).arrayValue?.compactMap(\.objectValue) ?? []
    var pooling: SentencePooling?
    for module in modules {
      let type = module["type"]?.stringValue ?? ""
      switch type.split(separator: ".").last {
      case _ where ModelLocation.isEncoder(module: type): break
      // The cosine does not see lengths.
      case "Normalize": break
      case "Pooling":
        pooling = try Self.pooling(in: Files.join(folder, module["path"]?.stringValue ?? ""))
      default: throw TrainingError("the folder's modules.json has a module that is not known here: \(type)")
      }
    }
    guard let pooling else { throw TrainingError("the folder's modules.json has no module that pools vectors") }
    self = pooling
  }

  private static func pooling(in folder: String) throws(TrainingError) -> SentencePooling {
    let object = try read(Files.join(folder, "config.json")).objectValue ?? JSONObject()
    let modes = object.keys.map(\.string).filter { $0.hasPrefix("pooling_mode_") && object[$0]?.boolValue == true }
    switch modes {
    case ["pooling_mode_mean_tokens"]: return .mean
    case ["pooling_mode_cls_token"]: return .first
    default:
      throw TrainingError("this pooling of vectors is not known here: \(modes.sorted().joined(separator: ", "))")
    }
  }

  private static func read(_ path: String) throws(TrainingError) -> JSONValue {
    do throws(JSONFileError) { return try JSONValue(file: path, limit: FileLimit.configuration) } catch {
      throw TrainingError(error.text)
    }
  }
}
