import Glibc

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
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw EncoderError("\(path): cannot be opened: \(systemError())") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw EncoderError("\(path): cannot be read: \(systemError())") }
    guard status.st_mode & S_IFMT == S_IFREG else { throw EncoderError("\(path): is not a file") }
    let count = Int(status.st_size)
    guard count > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      throw EncoderError("\(path): cannot be mapped into memory: \(systemError())")
    }
    bytes = UnsafeRawBufferPointer(start: start, count: count)
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

/// What the C library says about the last failure.
func systemError() -> String { String(cString: strerror(errno)) }

/// Whether something exists at a path.
func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
