import ArgumentParser
import Exporting
import JSON
import Models

struct ModelsListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the models in the models folders and in the Hugging Face cache.",
    discussion: "The column tokens says how many the longest input has.")

  @Flag(help: "Write JSON: an array of objects.")
  var json = false

  func run() throws {
    let locator = ModelLocator.current
    var models = locator.list().map(ListedModel.init)
    for index in models.indices { models[index].check() }
    let output = try StandardStreams.output()
    if json {
      try output.append(JSONValue.array(models.map(\.json)).serialized(pretty: true) + "\n")
    } else if models.isEmpty {
      StandardStreams.note(ModelError.noModels(searched: locator.searched).text)
    } else {
      var table = TextTable(
        columns: [
          .init("name", most: nil), .init("family"), .init("layers", .trailing), .init("heads", .trailing),
          .init("tokens", .trailing), .init("size", .trailing), .init("state", most: 80), .init("folder", most: nil),
        ])
      for model in models {
        table.add([
          model.location.name, model.family ?? "?", model.layers.map { "\($0)" } ?? "",
          model.heads.map { "\($0)" } ?? "",
          model.longestInput.map { "\($0)" } ?? "", byteSize(model.bytes), model.state, model.location.folder,
        ])
      }
      try table.write(to: output)
    }
    try output.finish()
  }
}

extension ListedModel {
  var json: JSONValue {
    [
      "name": JSONValue(location.name),
      "family": family.map { JSONValue($0) } ?? .null,
      "layers": layers.map { .integer($0) } ?? .null,
      "heads": heads.map { .integer($0) } ?? .null,
      "maximum_positions": longestInput.map { .integer($0) } ?? .null,
      "bytes": .integer(bytes),
      "source": JSONValue(location.source.rawValue),
      "folder": JSONValue(location.folder),
      "revision": location.revision.map { JSONValue($0) } ?? .null,
      "supported": .bool(isSupported),
      "complete": .bool(location.isComplete),
      "opens": .bool(location.isComplete && isSupported && failure == nil),
      "missing": .array(location.missing.map { JSONValue($0) }),
    ]
  }
}
