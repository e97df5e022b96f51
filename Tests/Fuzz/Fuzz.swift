import Glibc

/// What is fuzzed, by name: `make fuzz` gives each of them time in turn. A target takes any bytes and must not trap, hang, or
/// find that something does not hold.
let targets: [String: @Sendable ([UInt8]) -> Void] = [
  "json": fuzzJSON, "pickle": fuzzPickle, "safetensors": fuzzSafetensors, "checkpoint": fuzzCheckpoint,
  "config": fuzzConfiguration,
  "tokenizer": fuzzTokenizer, "vocabulary": fuzzVocabulary, "sentencepiece": fuzzSentencePiece, "session": fuzzSession,
  "summary": fuzzSummary,
  "terminal": fuzzTerminal, "picture": fuzzPicture, "scale": fuzzScale,
  "labelled": fuzzLabelledData, "attention": fuzzAttentionFile,
  "survey": fuzzSurvey,
]

private let target: @Sendable ([UInt8]) -> Void = {
  let name = getenv("HEADSCOPE_FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let target = targets[name] else {
    say("set HEADSCOPE_FUZZ_TARGET to one of: \(targets.keys.sorted().joined(separator: " "))")
    exit(2)
  }
  return target
}()

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// libFuzzer calls it with one input after the other.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  target(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// Where the package manager lets an executable begin.
@_cdecl("fuzz_main")
public func main(_ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Int32 {
  var (count, arguments) = (count, arguments)
  return runDriver(&count, &arguments) { testOneInput($0, $1) }
}

/// Something that always holds did not: a crash, which libFuzzer keeps the input of.
func require(_ holds: Bool, _ what: @autoclosure () -> String) {
  guard !holds else { return }
  say("does not hold: \(what())")
  abort()
}

private func say(_ text: String) {
  let bytes = Array("\(text)\n".utf8)
  _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

/// An error that a person would see: one line of bounded length, without anything that a terminal obeys.
func requireReadable(_ error: any Error) {
  let text = "\(error)"
  require(!text.isEmpty && text.count <= 4000, "an error of \(text.count) characters")
}

/// A folder in memory for one process, in which targets put what is read from files.
let scratch: String = {
  atexit { removeScratch() }
  // The same name in every run, where it is free: what is compared while files are read becomes part of later inputs.
  let name = getenv("HEADSCOPE_FUZZ_TARGET").map { String(cString: $0) } ?? ""
  let usual = "/dev/shm/headscope-fuzz-of-\(name)"
  if mkdir(usual, 0o700) == 0 { return usual }
  var template = Array("/dev/shm/headscope-fuzz-XXXXXX".utf8CString)
  require(mkdtemp(&template) != nil, "there is no folder for files")
  return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}()

private func removeScratch() {
  for name in [
    "config.json", "model.safetensors", "pytorch_model.bin", "tokenizer.json", "tokenizer_config.json", "vocab.txt",
    "vocab.json", "merges.txt", "spiece.model", "sentencepiece.bpe.model", "tokenizer.model",
    "attention", "survey",
  ] {
    unlink("\(scratch)/\(name)")
  }
  rmdir(scratch)
}

/// Writes a file into the folder, or removes it.
func put(_ name: String, _ bytes: [UInt8]?) {
  let path = "\(scratch)/\(name)"
  guard let bytes else {
    unlink(path)
    return
  }
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  require(descriptor >= 0 && bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == bytes.count, path)
  close(descriptor)
}

/// A file of the repository, from which `make fuzz` starts.
func fixture(_ path: String) -> [UInt8] {
  let descriptor = open("Tests/Fixtures/\(path)", O_RDONLY)
  require(descriptor >= 0, "there is no Tests/Fixtures/\(path): start this in the checkout")
  defer { close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: 1 << 20)
  let count = read(descriptor, &bytes, bytes.count)
  return Array(bytes[..<max(0, count)])
}
