import ArgumentParser
import Glibc
import Support

struct TourCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tour", abstract: "Explore with a guide for two minutes: five keys on the lecture's sentence.",
    discussion: "Z in the explorer begins it, too, and ends it.")

  @OptionGroup var model: ModelOption

  @OptionGroup var memory: MemoryOption

  @Flag(help: "Do not record it.")
  var noRecord = false

  func run() throws {
    let arguments =
      ["--tour"] + (noRecord ? ["--no-record"] : []) + (model.model.map { ["--model=\($0)"] } ?? [])
      + (memory.bytes.map { ["--memory=\($0)"] } ?? [])
    try ExploreCommand.parse(arguments).run()
  }
}

/// The tour is offered once: a mark in the folder of the person's data says that it was.
enum TourOffer {
  /// Whether it has not been offered yet; now it has. Where that cannot be remembered, it is not offered.
  static func isDue() -> Bool {
    func variable(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    guard let data = variable("XDG_DATA_HOME") ?? variable("HOME").map({ Files.join($0, ".local/share") }) else {
      return false
    }
    let folder = Files.join(data, "headscope")
    guard Files.makeFolder(folder) else { return false }
    let descriptor = open(Files.join(folder, "tour-offered"), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return false }
    close(descriptor)
    return true
  }
}
