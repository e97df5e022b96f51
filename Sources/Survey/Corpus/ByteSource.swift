import Glibc
import Support

/// Where the bytes of a corpus come from.
protocol ByteSource: Sendable {
  /// What errors call it.
  var name: String { get }

  /// So many bytes at most from a place on, or those that are there; none at the end.
  func bytes(from start: Int, count: Int) throws(SurveyError) -> [UInt8]
}

/// A file, of which any place can be read.
final class FileSource: ByteSource {
  private let file: InputFile

  /// How many bytes it has.
  var size: Int { file.size }
  var name: String { file.path }

  init(_ path: String) throws(SurveyError) {
    do { file = try InputFile(path) } catch { throw SurveyError(error.text) }
  }

  func bytes(from start: Int, count: Int) throws(SurveyError) -> [UInt8] {
    do { return try file.bytes(from: start, count: count) } catch { throw SurveyError(error.text) }
  }
}

/// A stream, which is read from where it stands: a pipe, standard input.
struct StreamSource: ByteSource {
  let descriptor: Int32
  let name: String

  func bytes(from start: Int, count: Int) throws(SurveyError) -> [UInt8] {
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
      let got = uninterrupted { Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
      if got < 0 { code = errno }
      used = max(got, 0)
    }
    guard code == 0 else { throw SurveyError(FileError(name, .cannotRead(code)).text) }
    return bytes
  }
}
