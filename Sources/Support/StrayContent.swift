/// What a file holds that stands in the place of another, where its first bytes tell, and what to do: an empty file, Git LFS's pointer, a
/// web page. Nil for everything else.
///
/// - Parameters:
///   - bytes: The file, or its beginning.
///   - path: Where it lies, for commands.
public func strayContent(_ bytes: UnsafeRawBufferPointer, path: String) -> MessageText? {
  if bytes.isEmpty { return "is empty; download it again" }
  if bytes.starts(with: "version https://git-lfs".utf8) {
    return "is only Git LFS's pointer to the file; fetch that with: git -C \(shell: Files.parent(of: path)) lfs pull"
  }
  let start = bytes.prefix(512).drop { $0 == 0x20 || (0x09...0x0D).contains($0) || [0xEF, 0xBB, 0xBF].contains($0) }
  let lower = start.prefix(16).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
  if ["<!doctype html", "<html", "<!doctype xml"].contains(where: { lower.starts(with: $0.utf8) }) {
    return "is a web page in the place of the file; download it again"
  }
  return nil
}
