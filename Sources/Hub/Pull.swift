import Glibc
import JSON

/// Fetches a model from a hub into the cache of Hugging Face's libraries: its configuration, its tokenizer and its
/// safetensors files, all of one commit.
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
    client = try HTTPClient(isCancelled: isCancelled)
  }

  /// Fetches what is not there yet.
  ///
  /// - Parameter check: is given `config.json` before anything large is fetched; what it throws ends the pull.
  /// - Returns: the folder of the snapshot.
  public func run(check: (_ configuration: [UInt8]) throws -> Void = { _ in }) throws -> String {
    let listing = try list()
    try writer.makeFolders(commit: listing.commit)
    var files = ModelFiles(names: listing.names)
    guard files.hasConfiguration else { throw HubError.noConfiguration(repository.id) }
    let configuration = try fetch("config.json", commit: listing.commit)
    try check(contents(of: configuration))
    guard files.hasWeights else { throw HubError.noSafetensors(repository.id, others: files.otherWeights) }
    if files.isSharded {
      let index = try fetch(ModelFiles.index, commit: listing.commit)
      try files.addShards(index: contents(of: index), id: repository.id)
    }
    for name in files.wanted { _ = try fetch(name, commit: listing.commit) }
    try writer.remember(revision: repository.revision, commit: listing.commit)
    return writer.snapshotFolder(listing.commit)
  }

  // MARK: - Asking

  private func list() throws -> (commit: String, names: [String]) {
    let url = repository.listURL
    var body: [UInt8] = []
    try trying {
      body.removeAll()
      let response = try client.send(request(.get, url)) { response, bytes in
        if response.status == 200, body.count + bytes.count <= 64 << 20 { body += bytes }
      }
      try check(response, url: url)
    }
    let document: JSONValue
    do { document = try JSONValue(parsing: body) } catch { throw HubError.notAHub(url: url, reason: "\(error)") }
    guard let commit = document["sha"]?.stringValue, isSafeFileName(commit) else {
      throw HubError.notAHub(url: url, reason: "its answer has no sha")
    }
    let siblings = document["siblings"]?.arrayValue ?? []
    return (commit, siblings.compactMap { $0["rfilename"]?.stringValue })
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
  /// - Returns: the path of its content.
  private func fetch(_ file: String, commit: String) throws -> String {
    let url = repository.fileURL(file, commit: commit)
    let metadata = try metadata(of: url)
    let blob = writer.blobPath(metadata.entityTag)
    let isNew = try !isThere(blob, metadata)
    if isNew { try fetchBlob(metadata, url: url, file: file) }
    try writer.link(file, to: metadata.entityTag, commit: commit)
    report(.finished(file: file, isNew: isNew))
    return blob
  }

  private func isThere(_ blob: String, _ metadata: FileMetadata) throws -> Bool {
    var status = stat()
    guard stat(blob, &status) == 0 else { return false }
    return metadata.size.map { $0 == Int(status.st_size) } ?? true
  }

  private func fetchBlob(_ metadata: FileMetadata, url: String, file: String) throws {
    var isTold = false
    let lock = try writer.lock(metadata.entityTag) { () throws(HubError) in
      if !isTold { report(.waitingForOther(file: file)) }
      isTold = true
      try wait(seconds: 0.2, isCancelled: isCancelled)
    }
    defer { close(lock) }
    if try isThere(writer.blobPath(metadata.entityTag), metadata) { return }

    let part = try BlobFile(
      path: writer.partPath(metadata.entityTag), entityTag: metadata.entityTag, size: metadata.size)
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
    try writer.complete(metadata.entityTag)
  }

  private func receive(_ part: BlobFile, _ metadata: FileMetadata, url: String, file: String) throws {
    func attempt() throws {
      if let size = metadata.size, part.count == size { return }
      var request = request(.get, url)
      if part.count > 0 { request.headers.append(("Range", "bytes=\(part.count)-")) }
      var isFirst = true
      report(.progress(file: file, done: part.count, total: metadata.size))
      let response = try client.send(request) { response, bytes in
        guard response.status == 200 || response.status == 206 else { return }
        // A server that does not know ranges sends everything again.
        if isFirst, response.status == 200, part.count > 0 { try part.restart() }
        isFirst = false
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
      try check(response, url: url)
      if let size = metadata.size, part.count < size {
        throw HubError.noAnswer(
          url: url, reason: "the connection ended after \(part.count) of \(size) bytes", isTransient: true)
      }
    }
    try trying(attempt, progress: { part.count })
  }

  // MARK: -

  /// Tries again what can get better, with longer and longer waits. Whatever makes progress has all its tries again.
  private func trying<Result>(_ body: () throws -> Result, progress: () -> Int = { 0 }) throws -> Result {
    var failures = 0
    var best = progress()
    while true {
      do { return try body() } catch let error as HubError where error.isTransient {
        if progress() > best {
          best = progress()
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
        retryAfter: response.headers["retry-after"].flatMap { Double($0) })
    }
  }
}
