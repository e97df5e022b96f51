import Glibc

/// A folder for one test; it is removed with everything in it when the test is over.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/headscope-tests-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw Failure(description: "no temporary folder: errno \(errno)") }
    path = String(cString: made)
  }

  struct Failure: Error { let description: String }

  func write(_ bytes: [UInt8], to name: String) throws {
    guard let file = fopen("\(path)/\(name)", "wb") else {
      throw Failure(description: "\(name) cannot be written: errno \(errno)")
    }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw Failure(description: "\(name): disk full") }
  }

  func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

  func remove(_ name: String) { unlink("\(path)/\(name)") }

  deinit {
    if let entries = opendir(path) {
      while let entry = readdir(entries) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { unlink("\(path)/\(name)") }
      }
      closedir(entries)
    }
    rmdir(path)
  }
}

/// Random numbers that are the same in every run (Steele, Lea, Flood 2014: SplitMix).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  mutating func floats(_ count: Int, in range: ClosedRange<Float>) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }
}
