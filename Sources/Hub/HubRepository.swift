import Support

/// One model at one revision, and where a hub has it.
struct HubRepository {
  /// ORG/NAME, or NAME.
  let id: String
  let revision: String
  /// Without a slash at its end.
  let endpoint: String

  init(id: String, revision: String, endpoint: String) throws(HubError) {
    let parts = id.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.allSatisfy(Self.isName), !id.contains("--") else { throw .badName(id) }
    self.id = id
    self.revision = revision
    var endpoint = endpoint
    while endpoint.hasSuffix("/") { endpoint.removeLast() }
    self.endpoint = endpoint
  }

  /// Letters, digits, `.`, `-` and `_`; no dots only.
  private static func isName(_ part: Substring) -> Bool {
    part.utf8.allSatisfy(isPlain) && part.contains { $0 != "." } && part.utf8.count <= 96
  }

  /// The list of its files, with their sizes.
  var listURL: String { "\(endpoint)/api/models/\(id)/revision/\(Self.encoded(revision))?blobs=true" }

  /// A file at a commit.
  func fileURL(_ name: String, commit: String) -> String {
    "\(endpoint)/\(id)/resolve/\(Self.encoded(commit))/\(Self.encoded(name, also: "/"))"
  }

  /// Percent-encoded; what may stand in a path as it is (RFC 3986, unreserved) stays.
  private static func encoded(_ text: String, also allowed: String = "") -> String {
    text.utf8.map { byte in
      if isPlain(byte) || byte == UInt8(ascii: "~") || allowed.utf8.contains(byte) {
        return String(Unicode.Scalar(byte))
      }
      let digits = String(byte, radix: 16, uppercase: true)
      return "%" + (digits.count == 1 ? "0" : "") + digits
    }.joined()
  }
}

/// Whether a byte is an ASCII letter, a digit, `.`, `-` or `_`.
func isPlain(_ byte: UInt8) -> Bool {
  switch byte {
  case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
  default: false
  }
}

/// Whether text from a server can be the name of a file of ours.
func isSafeFileName(_ text: String) -> Bool {
  (1...200).contains(text.utf8.count) && !text.hasPrefix(".") && text.utf8.allSatisfy(isPlain)
}

/// What the hub says about a file before it sends it.
struct FileMetadata: Equatable {
  let commit: String
  /// Names the content, and so the blob.
  let entityTag: String
  var size: Int?

  /// From the answer to a HEAD request. Large files lie elsewhere: the first answer, a redirect, says what they are.
  init(_ response: HTTPResponse, url: String) throws(HubError) {
    guard let commit = response.headers["x-repo-commit"] else { throw .notAHub(url: url, reason: "no X-Repo-Commit") }
    guard var tag = response.headers["x-linked-etag"] ?? response.headers["etag"] else {
      throw .notAHub(url: url, reason: "no ETag")
    }
    if tag.hasPrefix("W/") { tag.removeFirst(2) }
    tag.removeAll { $0 == "\"" }
    guard isSafeFileName(commit), isSafeFileName(tag) else {
      throw .notAHub(url: url, reason: "its X-Repo-Commit or ETag cannot be a file's name")
    }
    self.commit = commit
    entityTag = tag
    let isRedirect = (300..<400).contains(response.status)
    size = (response.headers["x-linked-size"] ?? (isRedirect ? nil : response.headers["content-length"]))
      .flatMap { Int(decimal: $0) }
  }
}

/// Scheme, host and port of an address: the part before its path.
func origin(of url: String) -> String {
  guard let scheme = url.firstRange(of: "://") else { return url }
  return String(url[..<(url[scheme.upperBound...].firstIndex { "/?#".contains($0) } ?? url.endIndex)])
}

/// Where a redirect leads; nil if that is no web address.
func redirect(from url: String, to target: String) -> String? {
  if target.hasPrefix("http://") || target.hasPrefix("https://") { return target }
  if target.hasPrefix("/"), !target.hasPrefix("//") { return origin(of: url) + target }
  return nil
}
