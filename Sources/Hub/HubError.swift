import Support

/// Why a model could not be fetched. Each description is one line.
public enum HubError: TextualError, Equatable {
  /// libcurl is not there.
  case noLibrary(String)
  case badName(String)
  case offline
  /// No answer, or one that broke off; `isTransient` where trying again can help.
  case noAnswer(url: String, reason: String, isTransient: Bool)
  /// The server answers with an error; `retryAfter` is how many seconds it asks to wait.
  case refused(url: String, status: Int, code: String?, retryAfter: Double? = nil)
  /// Permission is needed.
  case unauthorized(id: String, hasToken: Bool, isGated: Bool)
  case noSuchModel(String, endpoint: String)
  case noSuchRevision(String, id: String)
  case notAHub(url: String, reason: String)
  case noConfiguration(String)
  case noWeights(String, others: [String])
  case missingShard(String, id: String)
  case wrongSize(file: String, expected: Int, found: Int)
  case wrongDigest(file: String, expected: String, found: String)
  /// More bytes than such a file may have; `size` where it was announced.
  case tooLarge(file: String, size: Int?, limit: Int)
  case headersTooLong(limit: Int)
  case listingTooLong(id: String, limit: Int)
  /// So little comes that it would never end.
  case tooSlow(url: String, bytesPerSecond: Int, seconds: Int)
  case noRoom(folder: String, needed: Int, free: Int)
  case cannotWrite(String, reason: String)
  case cannotRead(String, reason: String)
  case interrupted

  /// What is wrong and what to do, in one line.
  public var text: MessageText {
    switch self {
    case .noLibrary(let reason):
      "fetching models takes libcurl, which cannot be loaded (\(reason)): install the package libcurl4"
    case .badName(let name):
      "'\(name)' is no model's id: expected ORG/NAME, of letters, digits, '.', '-' and '_'"
    case .offline:
      "HF_HUB_OFFLINE is set, so nothing is fetched; unset it to pull a model"
    case .noAnswer(let url, let reason, _):
      "\(url): \(reason)"
    case .refused(let url, 429, _, _):
      "\(url): the server has had too many requests (status 429); try again later"
    case .refused(let url, let status, let code, _):
      "\(url): the server answers with status \(status)\(code.map { " (\($0))" } ?? "")"
    case .unauthorized(let id, _, true):
      "\(id) is given only to those who accepted its conditions: accept them on its page, and set HF_TOKEN to your token"
    case .unauthorized(let id, true, _):
      "\(id) is not there, or the token in HF_TOKEN gives no access to it"
    case .unauthorized(let id, false, _):
      "\(id) is not there or is private: check its name, or set HF_TOKEN to a token that may read it"
    case .noSuchModel(let id, let endpoint):
      "there is no model \(id) on \(endpoint)"
    case .noSuchRevision(let revision, let id):
      "\(id) has no revision '\(revision)'"
    case .notAHub(let url, let reason):
      "\(url) does not answer as a model hub does: \(reason)"
    case .noConfiguration(let id):
      "\(id) has no config.json: it is no model of the transformers library"
    case .noWeights(let id, let others) where others.isEmpty:
      "\(id) has no weights: neither model.safetensors nor pytorch_model.bin"
    case .noWeights(let id, let others):
      "\(id) has its weights only as \(others.joined(separator: ", ")), which Headscope does not read: look for a revision or a "
        + "copy with model.safetensors or pytorch_model.bin"
    case .missingShard(let file, let id):
      "\(id): its index names \(file), which is not there"
    case .wrongSize(let file, let expected, let found):
      "\(file) came with \(found) bytes, expected were \(expected): it was thrown away; try again"
    case .wrongDigest(let file, let expected, let found):
      "\(file) was damaged on the way (its checksum is \(found), expected was \(expected)) and was thrown away: try again"
    case .tooLarge(let file, let size?, let limit):
      "\(file) has \(size) bytes, more than the \(limit) that such a file may have: it is not fetched"
    case .tooLarge(let file, nil, let limit):
      "\(file) does not end after \(limit) bytes, which is more than such a file may have: it was thrown away"
    case .headersTooLong(let limit):
      "the server's answers have more than \(limit) bytes of headers: HF_ENDPOINT names no model hub"
    case .listingTooLong(let id, let limit):
      "\(id): the list of its files is longer than \(limit) bytes, more than is read"
    case .tooSlow(let url, let rate, let seconds):
      "\(url): less than \(rate) bytes a second came for \(seconds) s"
    case .noRoom(let folder, let needed, let free):
      "\(folder) has room for \(free / 1_000_000) MB more, needed are \(needed / 1_000_000) MB: make room, "
        + "or let HF_HUB_CACHE name another place"
    case .cannotWrite(let path, let reason):
      "cannot write \(path): \(reason)"
    case .cannotRead(let path, let reason):
      "cannot read \(path): \(reason)"
    case .interrupted:
      "interrupted; what has arrived is kept, and the same command goes on from there"
    }
  }

  /// Whether trying again can help.
  var isTransient: Bool {
    switch self {
    case .noAnswer(_, _, let isTransient): isTransient
    case .tooSlow: true
    case .refused(_, let status, _, _): [408, 429, 500, 502, 503, 504].contains(status)
    default: false
    }
  }

  /// Whether what has arrived is not what was asked for.
  var isDamage: Bool {
    switch self {
    case .wrongSize, .wrongDigest: true
    default: false
    }
  }

  var retryAfter: Double? {
    if case .refused(_, _, _, let seconds) = self { seconds } else { nil }
  }
}
