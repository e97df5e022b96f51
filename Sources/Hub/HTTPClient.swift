import CCurl
import Glibc
import Support

/// What is asked of a server.
struct HTTPRequest {
  enum Method { case get, head }

  var method = Method.get
  var url: String
  var headers: [(name: String, value: String)] = []
  var followsRedirects = true
}

/// What a server answers, without the body.
struct HTTPResponse {
  var status = 0
  /// Names in lower case; of several with one name, the last.
  var headers: [String: String] = [:]
}

/// HTTP by libcurl: one request at a time, waiting for its end.
final class HTTPClient {
  private var curl = headscope_curl()
  private let handle: UnsafeMutableRawPointer
  private let slowestRate: Int
  private let patience: Int
  private let isCancelled: () -> Bool

  /// - Parameters:
  ///   - slowestRate: bytes a second; a transfer that is slower for `patience` seconds is given up.
  ///   - isCancelled: asked several times a second while a request runs.
  init(slowestRate: Int, patience: Int, isCancelled: @escaping () -> Bool) throws(HubError) {
    if let reason = headscope_curl_load(&curl) { throw .noLibrary(String(cString: reason)) }
    guard let handle = curl.easy_init() else { throw .noLibrary("it does not start") }
    self.handle = handle
    self.slowestRate = slowestRate
    self.patience = patience
    self.isCancelled = isCancelled
  }

  deinit { curl.easy_cleanup(handle) }

  /// Sends a request and hands over the body as it comes, with the status and headers of the answer it belongs to.
  ///
  /// - Throws: `HubError`, or what `receive` throws, which ends the transfer.
  func send(
    _ request: HTTPRequest, receive: (HTTPResponse, UnsafeRawBufferPointer) throws -> Void
  ) throws -> HTTPResponse {
    try withoutActuallyEscaping(receive) { receive in
      let transfer = Transfer(receive: receive, isCancelled: isCancelled)
      let code = withExtendedLifetime(transfer) { perform(request, transfer) }
      if let failure = transfer.failure { throw failure }
      guard code == CURLE_OK || transfer.hasSeenEnough else {
        if code == CURLE_ABORTED_BY_CALLBACK { throw HubError.interrupted }
        // A connection that cannot be made ends with the same code, before anything was answered.
        if code == CURLE_OPERATION_TIMEDOUT, transfer.response.status > 0 {
          throw HubError.tooSlow(url: request.url, bytesPerSecond: slowestRate, seconds: patience)
        }
        throw HubError.noAnswer(
          url: request.url,
          reason: transfer.message(or: curl.error_text(code).map { String(cString: $0) } ?? "error \(code.rawValue)"),
          isTransient: !Self.permanentFailures.contains(code.rawValue))
      }
      return transfer.response
    }
  }

  /// A name that does not resolve or an address that makes no sense stays so; a certificate stays untrusted.
  private static let permanentFailures = [
    CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL,
    CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_TOO_MANY_REDIRECTS,
  ].map(\.rawValue)

  private func perform(_ request: HTTPRequest, _ transfer: Transfer) -> CURLcode {
    curl.easy_reset(handle)
    var list: UnsafeMutablePointer<curl_slist>?
    defer { curl.list_free(list) }
    for header in request.headers { list = curl.list_append(list, "\(header.name): \(header.value)") }

    set(CURLOPT_URL, request.url)
    set(CURLOPT_PROTOCOLS_STR, "http,https")
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
    set(CURLOPT_NOBODY, request.method == .head ? 1 : 0)
    // libcurl leaves a request's own headers, such as the token, out of what goes to another server.
    set(CURLOPT_FOLLOWLOCATION, request.followsRedirects ? 1 : 0)
    set(CURLOPT_MAXREDIRS, 10)
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_CONNECTTIMEOUT, 20)
    set(CURLOPT_LOW_SPEED_LIMIT, slowestRate)
    set(CURLOPT_LOW_SPEED_TIME, patience)
    set(CURLOPT_NOPROGRESS, 0)
    headscope_curl_set_list(&curl, handle, CURLOPT_HTTPHEADER, list)

    let context = Unmanaged.passUnretained(transfer).toOpaque()
    for option in [CURLOPT_HEADERDATA, CURLOPT_WRITEDATA, CURLOPT_XFERINFODATA] {
      headscope_curl_set_pointer(&curl, handle, option, context)
    }
    headscope_curl_set_pointer(&curl, handle, CURLOPT_ERRORBUFFER, transfer.errorText)
    headscope_curl_set_receiver(&curl, handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      Transfer.of(context)?.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
    }
    headscope_curl_set_receiver(&curl, handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      Transfer.of(context)?.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
    }
    headscope_curl_set_watcher(&curl, handle) { context, _, arrived, _, _ in
      Transfer.of(context)?.isToEnd(arrived: Int(arrived)) == true ? 1 : 0
    }
    return curl.perform(handle)
  }

  private func set(_ option: CURLoption, _ value: Int) { headscope_curl_set_number(&curl, handle, option, value) }

  /// libcurl keeps a copy of the text.
  private func set(_ option: CURLoption, _ value: String) { headscope_curl_set_text(&curl, handle, option, value) }
}

/// What libcurl's callbacks need to know about the request that runs.
private final class Transfer {
  var response = HTTPResponse()
  var failure: (any Error)?
  let errorText: UnsafeMutablePointer<CChar>
  /// Whether the answer is known, and what else comes is not read: an error's page without an end.
  private(set) var hasSeenEnough = false
  private let isCancelled: () -> Bool
  /// Of all answers' headers, redirects included, and of bodies that are of no use.
  private var headerBytes = 0
  private var handedOver = 0
  private static let longestHeaders = 1 << 18
  private static let longestUselessBody = 1 << 20
  private let receive: (HTTPResponse, UnsafeRawBufferPointer) throws -> Void

  init(
    receive: @escaping (HTTPResponse, UnsafeRawBufferPointer) throws -> Void, isCancelled: @escaping () -> Bool
  ) {
    self.receive = receive
    self.isCancelled = isCancelled
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit { errorText.deallocate() }

  static func of(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
  }

  /// libcurl's own words on this transfer, where it has any.
  func message(or general: String) -> String {
    let own = String(cString: errorText)
    return own.isEmpty ? general : own
  }

  /// Asked several times a second. `arrived` counts the bytes of bodies, also those of redirects, which libcurl reads
  /// itself.
  func isToEnd(arrived: Int) -> Bool {
    if isCancelled() { return true }
    guard arrived - handedOver > Transfer.longestUselessBody else { return false }
    hasSeenEnough = true
    return true
  }

  /// A line of the header. The status line of an answer starts it anew: after a redirect there is more than one.
  func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
    headerBytes += bytes.count
    guard headerBytes <= Transfer.longestHeaders else {
      failure = HubError.headersTooLong(limit: Transfer.longestHeaders)
      return 0
    }
    let line = String(decoding: bytes, as: UTF8.self)
    if line.hasPrefix("HTTP/") {
      let words = line.split(separator: " ", maxSplits: 2)
      response = HTTPResponse(status: words.count > 1 ? Int(decimal: words[1].prefix(3)) ?? 0 : 0)
    } else if let colon = line.firstIndex(of: ":") {
      response.headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmed
    }
    return bytes.count
  }

  func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
    handedOver += bytes.count
    do {
      guard (200..<300).contains(response.status) else {
        hasSeenEnough = handedOver > Transfer.longestUselessBody
        return hasSeenEnough ? 0 : bytes.count
      }
      try receive(response, bytes)
      return bytes.count
    } catch {
      failure = error
      return 0
    }
  }
}

extension StringProtocol {
  /// Without white space at both ends.
  var trimmed: String {
    let start = unicodeScalars.drop { $0.properties.isWhitespace }
    var end = start
    while let last = end.last, last.properties.isWhitespace { end.removeLast() }
    return String(String.UnicodeScalarView(end))
  }
}
