import Glibc

/// A file that is mapped into memory for reading; its pages are read when they are first touched.
///
/// Its length is what it was when it was opened. If the file is shortened while it is mapped, touching what is gone ends the
/// program (SIGBUS), as with every mapped file.
public final class MappedFile: @unchecked Sendable {
  // Unchecked because of the pointer; the memory is never written.
  /// As it was asked for. Untrusted text.
  public let path: String
  /// Its content: valid for as long as this object lives.
  public let bytes: UnsafeRawBufferPointer

  /// Maps a regular file; what has no bytes is not mapped.
  public init(_ path: String) throws(FileError) {
    self.path = path
    let file = try InputFile(path)
    let count = file.size
    guard count > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, file.descriptor, 0), start != MAP_FAILED else {
      throw FileError(path, .cannotMap(errno))
    }
    bytes = UnsafeRawBufferPointer(start: start, count: count)
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }

  /// Gives the pages that lie within a range of bytes back to the system, which reads them again when they are touched.
  public func release(_ range: Range<Int>) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    guard let start = bytes.baseAddress, page > 0 else { return }
    let first = (range.lowerBound + page - 1) / page * page
    let end = range.upperBound / page * page
    guard first < end, end <= bytes.count else { return }
    _ = madvise(UnsafeMutableRawPointer(mutating: start + first), end - first, MADV_DONTNEED)
  }
}
