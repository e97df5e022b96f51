import Glibc
import Support
import TestSupport
import Testing

@testable import Hub

/// Servers that do not end, do not hurry, or call different things the same.
@Suite struct HostileHubTests {
  let cache = TemporaryFolder()
  let server: HubServer

  init() throws { server = try TinyRepository.server() }

  private func pull(_ retry: RetryPolicy = RetryPolicy(attempts: 2, firstDelay: 0.001, longestDelay: 0.001)) throws
    -> String
  {
    try Pull(
      id: HubServer.id, endpoint: server.endpoint, cache: cache["hub"], token: nil, retry: retry
    ).run()
  }

  private func failure(_ retry: RetryPolicy = RetryPolicy(attempts: 2, firstDelay: 0.001, longestDelay: 0.001))
    -> HubError?
  {
    #expect(throws: HubError.self) { try pull(retry) }
  }

  private var blobs: String { "hub/models--org--tiny/blobs" }
  private var snapshot: String { cache["hub/models--org--tiny/snapshots/\(HubServer.Settings().commit)"] }

  private func content(_ name: String) throws -> [UInt8] { try contents(of: "\(snapshot)/\(name)", limit: .max) }

  private var bytesInBlobs: Int {
    TemporaryFolder.names(in: cache[blobs]).reduce(0) { $0 + (Files.size(cache["\(blobs)/\($1)"]) ?? 0) }
  }

  // MARK: - Without an end

  @Test func aFileWithoutALengthHasALimit() {
    server.change {
      $0.announced["config.json"] = .some(nil)
      $0.faults["config.json"] = [.endless()]
    }
    #expect(failure() == .tooLarge(file: "config.json", size: nil, limit: FileLimit.configuration))
    #expect(bytesInBlobs == 0)
    #expect(server.requests.count { $0.method == "GET" && $0.path.hasSuffix("config.json") } == 1)
  }

  @Test func moreThanWasAnnouncedIsNotTaken() {
    server.change { $0.faults["tokenizer.json"] = [.endless(), .endless()] }
    guard case .wrongSize("tokenizer.json", expected: 2, let found)? = failure() else {
      Issue.record("another error")
      return
    }
    #expect(found < 1 << 20)
  }

  @Test func whatIsAnnouncedLargerThanSuchFilesAreIsNotFetched() {
    let size = FileLimit.configuration + 1
    server.change { $0.announced["config.json"] = size }
    #expect(failure() == .tooLarge(file: "config.json", size: size, limit: FileLimit.configuration))
    #expect(!server.requests.contains { $0.method == "GET" && $0.path.hasSuffix("config.json") })
  }

  @Test func aListWithoutAnEndIsAnError() {
    server.change { $0.faults["main"] = [.endless()] }
    #expect(failure() == .listingTooLong(id: "org/tiny", limit: FileLimit.listing))
  }

  @Test func theListSaysALengthWhereTheFileDoesNot() throws {
    server.change {
      $0.listsSizes = true
      $0.announced["config.json"] = .some(nil)
    }
    _ = try pull()
    #expect(try content("config.json") == TinyRepository.files["config.json"])
    let tag = TinyRepository.tag(of: TinyRepository.files["config.json"] ?? [], isLarge: false)
    #expect(TemporaryFolder.names(in: cache[blobs]).contains(tag))
  }

  @Test(arguments: [404, 302, 500])
  func anErrorsPageWithoutAnEndIsNotRead(status: Int) {
    server.change {
      $0.faults["config.json"] = [
        .endless(status: status), .endless(status: status, headers: ["Location: /elsewhere"]),
      ]
      $0.faults["elsewhere"] = [.endless(status: 404)]
    }
    #expect(failure() != nil)
    #expect(bytesInBlobs == 0)
  }

  @Test func headersWithoutAnEndAreAnError() {
    server.change { $0.faults["main"] = [.endlessHeader] }
    guard case .headersTooLong? = failure() else {
      Issue.record("another error")
      return
    }
  }

  // MARK: - Without haste

  @Test func aServerThatOnlyDripsIsGivenUp() {
    server.change { $0.faults["model.safetensors"] = [.drip, .drip, .drip] }
    let error = failure(
      RetryPolicy(attempts: 2, firstDelay: 0.001, longestDelay: 0.001, slowestRate: 1000, patience: 1))
    guard case .tooSlow(_, bytesPerSecond: 1000, seconds: 1)? = error else {
      Issue.record("another error")
      return
    }
  }

  /// However often it is reached anew: a byte each time would go on for ever.
  @Test func aFewBytesATryAreNoProgress() {
    server.change { $0.faults["model.safetensors"] = (0..<10).map { _ in .cut(after: 1) } }
    let error = failure(
      RetryPolicy(attempts: 3, firstDelay: 0.001, longestDelay: 0.001, slowestRate: 1_000_000_000, patience: 60))
    guard case .noAnswer(_, _, isTransient: true)? = error else {
      Issue.record("another error")
      return
    }
    #expect(server.requests.count { $0.path.hasPrefix("/cdn/") } == 3)
  }

  @Test func progressIsWhatIsFastEnough() {
    let policy = RetryPolicy(slowestRate: 1000)
    #expect(policy.isProgress(bytes: 1000, in: .seconds(1)))
    #expect(!policy.isProgress(bytes: 999, in: .seconds(1)))
    #expect(policy.isProgress(bytes: 1, in: .microseconds(1)))
    #expect(!policy.isProgress(bytes: 0, in: .zero))
  }

  @Test func anotherPartThanAskedForIsNotPutBehindTheFirst() throws {
    server.change { $0.faults["model.safetensors"] = [.cut(after: 1000), .otherRange] }
    _ = try pull(RetryPolicy(attempts: 3, firstDelay: 0.001, longestDelay: 0.001))
    #expect(try content("model.safetensors") == TinyRepository.weights)
  }

  // MARK: - One tag for several files

  /// As servers of plain files make them of a time and a size.
  @Test("files with one tag that is no checksum stay apart", arguments: [false, true])
  func oneTag(hasLength: Bool) throws {
    let (first, second) = (Array("[PAD]\n[UNK]\n".utf8), Array("[PAD]\n[CLS]\n".utf8))
    server.change {
      $0.files["vocab.txt"] = first
      $0.files["merges.txt"] = second
      $0.files["vocab.json"] = first
      for name in ["vocab.txt", "merges.txt", "vocab.json"] {
        $0.tags[name] = "5f3a-c"
        if !hasLength { $0.announced[name] = .some(nil) }
      }
    }
    for _ in 0..<2 {
      _ = try pull()
      #expect(try content("vocab.txt") == first)
      #expect(try content("merges.txt") == second)
      #expect(try content("vocab.json") == first)
    }
    // What is the same lies there once; the other one is named as large files are.
    let names = TemporaryFolder.names(in: cache[blobs])
    let checksum = try sha256(ofFile: "\(snapshot)/merges.txt")
    #expect(names.contains("5f3a-c") && names.contains(checksum))
    #expect(!names.contains { $0.hasSuffix(".incomplete") })
    #expect(TemporaryFolder.linkTarget("\(snapshot)/vocab.json") == "../../blobs/5f3a-c")
    #expect(server.requests.count { $0.method == "GET" && $0.path.hasSuffix("merges.txt") } == 1)
  }

  @Test func oneChecksumForTwoContentsIsDamage() {
    let tag = TinyRepository.tag(of: TinyRepository.files["vocab.txt"] ?? [], isLarge: false)
    server.change { $0.tags["tokenizer.json"] = tag }
    guard case .wrongDigest("tokenizer.json", expected: tag, _)? = failure() else {
      Issue.record("another error")
      return
    }
  }

  /// A beginning that a killed run has left may be another file's.
  @Test func aBeginningWithoutAChecksumIsNotContinued() throws {
    cache.write(Array("[XXX]".utf8), to: "\(blobs)/5f3a-c.incomplete")
    server.change { $0.tags["vocab.txt"] = "5f3a-c" }
    _ = try pull()
    #expect(try content("vocab.txt") == TinyRepository.files["vocab.txt"])
  }
}
