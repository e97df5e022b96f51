import Glibc
import Support

/// A file that is mapped into memory for reading; its pages are read when they are first touched.
///
/// Whoever shortens the file while it is mapped breaks the program, as with every mapped file; the length is what it was
/// when the file was opened.
final class MappedFile: @unchecked Sendable {
  // Unchecked because of the pointer; the memory is never written.
  let path: String
  let bytes: UnsafeRawBufferPointer

  init(path: String) throws {
    self.path = path
    let file = try MappedFile.open(path)
    let count = file.size
    guard count > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, file.descriptor, 0), start != MAP_FAILED else {
      throw EncoderError("\(path): cannot be mapped into memory: \(systemMessage())")
    }
    bytes = UnsafeRawBufferPointer(start: start, count: count)
  }

  private static func open(_ path: String) throws -> InputFile {
    do throws(FileError) { return try InputFile(path) } catch { throw EncoderError(error.text) }
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }

  /// Gives the pages of a part back to the system, which reads them again should they be wanted.
  func release(_ range: Range<Int>) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    guard let start = bytes.baseAddress, page > 0 else { return }
    let first = (range.lowerBound + page - 1) / page * page
    let end = range.upperBound / page * page
    guard first < end, end <= bytes.count else { return }
    _ = madvise(UnsafeMutableRawPointer(mutating: start + first), end - first, MADV_DONTNEED)
  }
}
