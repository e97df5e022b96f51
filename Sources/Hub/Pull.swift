import Glibc
import JSON
import Support

/// Fetches a model from a hub into the cache of Hugging Face's libraries: its configuration, its tokenizer and its
/// weights, all of one commit.
///
/// Bytes go into `<blob>.incomplete`, which a later run continues. A blob gets its name when its size and checksum are
/// right, a snapshot its link when the blob is there, and the branch its commit when all of it is there.
public struct Pull {
  private let repository: HubRepository
  private let writer: CacheWriter
  private let token: String?
  private let retry: RetryPolicy
  private let isCancelled: () -> Bool
  private let report: (PullEvent) -> Void
  private let client: HTTPClient

  /// - Parameters:
  ///   - id: ORG/NAME, or NAME.
  ///   - revision: a branch, a tag or a commit.
  ///   - cache: the cache's folder, `hub` under HF_HOME.
  ///   - token: goes only to the endpoint itself.
  public init(
    id: String, revision: String = "main", endpoint: String, cache: String, token: String?,
    retry: RetryPolicy = RetryPolicy(), isCancelled: @escaping () -> Bool = { false },
    report: @escaping (PullEvent) -> Void = { _ in }
  ) throws(HubError) {
    repository = try HubRepository(id: id, revision: revision, endpoint: endpoint)
    writer = CacheWriter(cache: cache, id: id)
    self.token = token
    self.retry = retry
    self.isCancelled = isCancelled
    self.report = report
    client = try HTTPClient(slowestRate: retry.slowestRate, patience: retry.patience, isCancelled: isCancelled)
  }

  /// Fetches what is not there yet.
  ///
  /// - Parameter check: is given `config.json` before anything large is fetched; what it throws ends the pull.
  /// - Returns: the folder of the snapshot.
  public func run(check: (_ configuration: [UInt8]) throws -> Void = { _ in }) throws -> String {
    let listing = try list()
    try writer.makeFolders(commit: listing.commit)
    var files = listing.files
    guard let name = files.configuration else { throw HubError.noConfiguration(repository.id) }
    func fetch(_ name: String) throws -> String {
      try self.fetch(name, listed: files.size(of: name), commit: listing.commit)
    }
    let configuration = try fetch(name)
    try check(contents(of: configuration, limit: FileLimit.configuration))
    guard files.hasWeights else { throw HubError.noWeights(repository.id, others: files.otherWeights) }
    if let index = files.index {
      let index = try contents(of: fetch(index), limit: FileLimit.weightsIndex)
      try files.addShards(index: index, id: repository.id)
    }
    for name in files.wanted { _ = try fetch(name) }
    try writer.remember(revision: repository.revision, commit: listing.commit)
    return writer.snapshotFolder(listing.commit)
  }

  // MARK: - Asking

  private func list() throws -> (commit: String, files: ModelFiles) {
    let url = repository.listURL
    var body: [UInt8] = []
    try trying {
      body.removeAll()
      let response = try client.send(request(.get, url)) { response, bytes in
        guard response.status == 200 else { return }
        guard bytes.count <= FileLimit.listing - body.count else {
          throw HubError.listingTooLong(id: repository.id, limit: FileLimit.listing)
        }
        body += bytes
      }
      try checkContent(response, url: url)
    }
    let document: JSONValue
    do { document = try JSONValue(parsing: body) } catch { throw HubError.notAHub(url: url, reason: "\(error)") }
    guard let commit = document["sha"]?.stringValue, isSafeFileName(commit) else {
      throw HubError.notAHub(url: url, reason: "its answer has no sha")
    }
    var sizes: [String: Int?] = [:]
    for file in document["siblings"]?.arrayValue ?? [] {
      guard let name = file["rfilename"]?.stringValue else { continue }
      let size = (file["lfs"]?["size"] ?? file["size"])?.intValue.flatMap { $0 >= 0 ? $0 : nil }
      sizes.updateValue(size, forKey: name)
    }
    return (commit, ModelFiles(sizes: sizes))
  }

  /// What the hub says about a file. It says it itself: a redirect that carries the commit is the answer, one that does
  /// not (to a model's new name, say) is followed.
  private func metadata(of url: String) throws -> FileMetadata {
    try trying {
      var url = url
      for _ in 0..<5 {
        let response = try client.send(request(.head, url)) { _, _ in }
        if (300..<400).contains(response.status), response.headers["x-repo-commit"] == nil,
          let target = response.headers["location"], let next = redirect(from: url, to: target)
        {
          url = next
          continue
        }
        try check(response, url: url)
        return try FileMetadata(response, url: url)
      }
      throw HubError.notAHub(url: url, reason: "it redirects in circles")
    }
  }

  // MARK: - Fetching

  /// Makes sure that a file is in the snapshot.
  ///
  /// - Parameter listed: bytes as the list of files says; where it does not, and the answer for the file neither, there is
  ///   a limit of our own.
  /// - Returns: the path of its content.
  private func fetch(_ file: String, listed: Int?, commit: String) throws -> String {
    let url = repository.fileURL(file, commit: commit)
    var metadata = try metadata(of: url)
    metadata.size = metadata.size ?? listed
    let limit = ModelFiles.limit(of: file)
    if let size = metadata.size, size > limit { throw HubError.tooLarge(file: file, size: size, limit: limit) }
    let present = try presentBlob(file, metadata, commit: commit)
    let blob = try present ?? fetchBlob(metadata, url: url, file: file, commit: commit)
    try writer.link(file, to: blob, commit: commit)
    report(.finished(file: file, isNew: present == nil))
    return writer.blobPath(blob)
  }

  /// The name of the blob that a file is, if it is there already.
  ///
  /// A tag that is a checksum names the blob. Of any other tag several files may have the same: then only what a file of
  /// this commit is linked to already is known to be its content.
  private func presentBlob(_ file: String, _ metadata: FileMetadata, commit: String) throws -> String? {
    let isNamedByContent = FileDigest(entityTag: metadata.entityTag, size: metadata.size) != nil
    let name = isNamedByContent ? metadata.entityTag : writer.linkedBlob(file, commit: commit)
    guard let name else { return nil }
    var status = stat()
    guard stat(writer.blobPath(name), &status) == 0 else { return nil }
    return metadata.size.map { $0 == Int(status.st_size) } ?? true ? name : nil
  }

  /// - Returns: the name of the blob.
  private func fetchBlob(_ metadata: FileMetadata, url: String, file: String, commit: String) throws -> String {
    var isTold = false
    let tag = metadata.entityTag
    let lock = try writer.lock(tag) { () throws(HubError) in
      if !isTold { report(.waitingForOther(file: file)) }
      isTold = true
      try wait(seconds: 0.2, isCancelled: isCancelled)
    }
    defer { close(lock) }
    if let present = try presentBlob(file, metadata, commit: commit) { return present }

    let part = try BlobFile(path: writer.partPath(tag), entityTag: tag, size: metadata.size)
    if let size = metadata.size {
      if part.count > size { try part.restart() }
      try writer.checkRoom(for: size - part.count)
    }
    do {
      try receive(part, metadata, url: url, file: file)
      try part.verify(file: file)
    } catch let error as HubError where error.isDamage {
      // Perhaps only what an earlier run has left was damaged: once more from the start. What is damaged is not kept.
      try part.restart()
      do {
        try receive(part, metadata, url: url, file: file)
        try part.verify(file: file)
      } catch let error as HubError where error.isDamage {
        try part.restart()
        throw error
      }
    }
    return try complete(part, metadata)
  }

  /// Gives a part its name: the entity tag; where that is no checksum and a file with other content has it, its SHA-256.
  private func complete(_ part: BlobFile, _ metadata: FileMetadata) throws(HubError) -> String {
    let tag = metadata.entityTag
    guard !part.isNamedByContent, access(writer.blobPath(tag), F_OK) == 0 else {
      try writer.complete(tag)
      return tag
    }
    let checksum = part.checksum
    if try sha256(ofFile: writer.blobPath(tag)) == checksum {
      writer.discardPart(tag)
      return tag
    }
    try writer.complete(tag, as: checksum)
    return checksum
  }

  private func receive(_ part: BlobFile, _ metadata: FileMetadata, url: String, file: String) throws {
    let unannounced = unannouncedLimit(of: file, metadata)
    func attempt() throws {
      if let size = metadata.size, part.count == size { return }
      var request = request(.get, url)
      if part.count > 0 { request.headers.append(("Range", "bytes=\(part.count)-")) }
      var isFirst = true
      report(.progress(file: file, done: part.count, total: metadata.size))
      let response = try client.send(request) { response, bytes in
        guard response.status == 200 || response.status == 206 else { return }
        if isFirst {
          isFirst = false
          // A server that does not know ranges sends everything again.
          if response.status == 200, part.count > 0 { try part.restart() }
          if response.status == 206, response.headers["content-range"]?.hasPrefix("bytes \(part.count)-") != true {
            throw HubError.noAnswer(url: url, reason: "it sent another part than it was asked for", isTransient: true)
          }
        }
        if let unannounced, bytes.count > unannounced.bytes - part.count {
          try part.restart()
          throw unannounced.error
        }
        try part.append(bytes)
        if let size = metadata.size, part.count > size {
          throw HubError.wrongSize(file: file, expected: size, found: part.count)
        }
        report(.progress(file: file, done: part.count, total: metadata.size))
      }
      if response.status == 416 {
        try part.restart()
        throw HubError.noAnswer(url: url, reason: "it refused to continue a download", isTransient: true)
      }
      try checkContent(response, url: url)
      if let size = metadata.size, part.count < size {
        throw HubError.noAnswer(
          url: url, reason: "the connection ended after \(part.count) of \(size) bytes", isTransient: true)
      }
    }
    try trying(attempt, progress: { part.count })
  }

  /// How many bytes are taken of a file of unknown length: as many as such a file may have, and as the disk
  /// holds without becoming full.
  private func unannouncedLimit(of file: String, _ metadata: FileMetadata) -> (bytes: Int, error: HubError)? {
    guard metadata.size == nil else { return nil }
    let bytes = min(ModelFiles.limit(of: file), ModelFiles.longestUnannounced)
    let room = max(0, (writer.freeBytes ?? bytes) - Pull.keptFree)
    guard room < bytes else { return (bytes, .tooLarge(file: file, size: nil, limit: bytes)) }
    return (room, writer.noRoom(for: bytes))
  }

  /// What a file without a length leaves of the disk.
  private static let keptFree = 256 << 20

  // MARK: -

  /// Tries again what can get better, with longer and longer waits. Whatever makes progress has all its tries again; a few
  /// bytes now and then are none.
  private func trying<Result>(_ body: () throws -> Result, progress: () -> Int = { 0 }) throws -> Result {
    var failures = 0
    var best = (bytes: progress(), since: ContinuousClock.now)
    while true {
      do { return try body() } catch let error as HubError where error.isTransient {
        let bytes = progress()
        if retry.isProgress(bytes: bytes - best.bytes, in: .now - best.since) {
          best = (bytes, .now)
          failures = 0
        }
        failures += 1
        guard failures < retry.attempts else { throw error }
        let seconds = retry.delay(afterFailure: failures, askedFor: error.retryAfter)
        report(.retrying(reason: error.description, seconds: seconds))
        try wait(seconds: seconds, isCancelled: isCancelled)
      }
    }
  }

  private func request(_ method: HTTPRequest.Method, _ url: String) -> HTTPRequest {
    var headers = [(name: "User-Agent", value: "headscope"), (name: "Accept-Encoding", value: "identity")]
    if let token, origin(of: url) == origin(of: repository.endpoint) {
      headers.append((name: "Authorization", value: "Bearer \(token)"))
    }
    return HTTPRequest(method: method, url: url, headers: headers, followsRedirects: method == .get)
  }

  /// Throws unless an answer brings what was asked for.
  private func checkContent(_ response: HTTPResponse, url: String) throws(HubError) {
    try check(response, url: url)
    guard response.status == 200 || response.status == 206 else {
      throw .notAHub(url: url, reason: "it answers with status \(response.status)")
    }
  }

  /// Throws what an answer's status means. Redirects are fine: the answer to a HEAD request may be one.
  private func check(_ response: HTTPResponse, url: String) throws(HubError) {
    let code = response.headers["x-error-code"]
    switch (response.status, code) {
    case (200..<400, _): return
    case (_, "RevisionNotFound"?): throw .noSuchRevision(repository.revision, id: repository.id)
    case (_, "GatedRepo"?): throw .unauthorized(id: repository.id, hasToken: token != nil, isGated: true)
    case (401, _), (403, _): throw .unauthorized(id: repository.id, hasToken: token != nil, isGated: false)
    case (404, _) where url == repository.listURL:
      throw .noSuchModel(repository.id, endpoint: repository.endpoint)
    default:
      throw .refused(
        url: url, status: response.status, code: code,
        retryAfter: response.headers["retry-after"].flatMap { Double(decimal: $0) })
    }
  }
}
