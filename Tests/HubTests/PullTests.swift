import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Hub

@Suite struct PullTests {
  let cache = TemporaryFolder()
  let server: HubServer

  init() throws { server = try TinyRepository.server() }

  /// A pull that does not wait long.
  private func pull(
    _ id: String = HubServer.id, revision: String = "main", token: String? = nil, attempts: Int = 3,
    isCancelled: @escaping () -> Bool = { false }, report: @escaping (PullEvent) -> Void = { _ in }
  ) throws -> Pull {
    try Pull(
      id: id, revision: revision, endpoint: server.endpoint, cache: cache["hub"], token: token,
      retry: RetryPolicy(attempts: attempts, firstDelay: 0.001, longestDelay: 0.01), isCancelled: isCancelled,
      report: report)
  }

  private var commit: String { HubServer.Settings().commit }
  private var snapshot: String { cache["hub/models--org--tiny/snapshots/\(commit)"] }
  private var blobs: String { "hub/models--org--tiny/blobs" }
  private func tag(_ file: String) -> String {
    TinyRepository.tag(of: TinyRepository.files[file] ?? [], isLarge: file == "model.safetensors")
  }
  private var partPath: String { "\(blobs)/\(tag("model.safetensors")).incomplete" }

  /// What is no size is not one: differences with it would overflow.
  @Test(arguments: [
    ("12", 12), ("0", 0), ("-1", nil), ("-9223372036854775808", nil), ("99999999999999999999", nil), ("+12", nil),
    ("", nil), ("twelve", nil),
  ])
  func sizesAreReadAsSizes(text: String, size: Int?) throws {
    let headers = ["x-repo-commit": "abc", "etag": "\"def\"", "x-linked-size": text]
    #expect(try FileMetadata(HTTPResponse(status: 200, headers: headers), url: "here").size == size)
  }

  private func expectComplete() throws {
    for file in ["config.json", "tokenizer.json", "vocab.txt", "model.safetensors"] {
      #expect(try contents(of: "\(snapshot)/\(file)") == TinyRepository.files[file])
      #expect(TemporaryFolder.linkTarget("\(snapshot)/\(file)") == "../../blobs/\(tag(file))")
    }
    #expect(try contents(of: cache["hub/models--org--tiny/refs/main"]) == Array(commit.utf8))
    #expect(!TemporaryFolder.names(in: cache[blobs]).contains { $0.hasSuffix(".incomplete") })
  }

  @Test func theCacheHasTheLayoutOfPythons() throws {
    let folder = try pull().run()
    #expect(folder == snapshot)
    try expectComplete()
    // Only what the model is made of.
    #expect(
      TemporaryFolder.names(in: snapshot).sorted() == [
        "config.json", "model.safetensors", "tokenizer.json", "vocab.txt",
      ])
  }

  @Test func whatIsThereIsNotFetchedAgain() throws {
    _ = try pull().run()
    let before = server.requests.count
    let events = Mutex<[PullEvent]>([])
    _ = try pull(report: { event in events.withLock { $0.append(event) } }).run()
    #expect(!server.requests[before...].contains { $0.method == "GET" && !$0.path.hasPrefix("/api/") })
    #expect(
      events.withLock { $0 }.allSatisfy {
        if case .finished(_, isNew: false) = $0 { true } else { false }
      })
    try expectComplete()
  }

  @Test func aCutConnectionIsContinued() throws {
    server.change { $0.faults["model.safetensors"] = [.cut(after: 100_000), .cut(after: 50_000), .cut(after: 1)] }
    _ = try pull().run()
    try expectComplete()
    let ranges = server.requests.filter { $0.path.hasPrefix("/cdn/") }.map { $0.headers["range"] }
    #expect(ranges == [nil, "bytes=100000-", "bytes=150000-", "bytes=150001-"])
  }

  @Test func aServerThatKnowsNoRangesSendsEverythingAgain() throws {
    server.change { $0.faults["model.safetensors"] = [.cut(after: 100_000), .ignoreRange] }
    _ = try pull().run()
    try expectComplete()
  }

  @Test func progressGivesAllTriesBack() throws {
    server.change { $0.faults["model.safetensors"] = (0..<20).map { _ in .cut(after: 1000) } }
    _ = try pull(attempts: 2).run()
    try expectComplete()
  }

  @Test func withoutProgressItGivesUp() throws {
    server.change { $0.faults["model.safetensors"] = (0..<20).map { _ in .cut(after: 0) } }
    let error = #expect(throws: HubError.self) { try pull(attempts: 3).run() }
    #expect(error?.description.contains("/resolve/\(commit)/model.safetensors: ") == true)
    // config.json and the tokenizer are there, the branch is not remembered before everything is.
    #expect(!TemporaryFolder.names(in: snapshot).contains("model.safetensors"))
    #expect(TemporaryFolder.names(in: cache["hub/models--org--tiny/refs"]) == [])
  }

  @Test func aLaterRunContinues() throws {
    server.change { $0.faults["model.safetensors"] = [.cut(after: 120_000)] + (0..<2).map { _ in .status(500) } }
    #expect(throws: HubError.self) { try pull(attempts: 2).run() }
    #expect(try contents(of: cache[partPath]).count == 120_000)
    server.change { $0.faults = [:] }
    _ = try pull().run()
    try expectComplete()
    #expect(server.requests.last?.headers["range"] == "bytes=120000-")
  }

  @Test(
    "a program that is killed leaves nothing that could be loaded, and the next run goes on",
    arguments: [0, 1, 200_000])
  func aKilledProgramIsContinued(bytes: Int) throws {
    server.change { $0.faults["model.safetensors"] = [.stall(after: bytes)] }
    let program = Process()
    program.executableURL = URL(fileURLWithPath: BuiltPrograms.path("headscope"))
    program.arguments = ["models", "pull", HubServer.id]
    program.environment = ["HF_ENDPOINT": server.endpoint, "HF_HUB_CACHE": cache["hub"], "HOME": cache.path]
    program.standardOutput = FileHandle.nullDevice
    program.standardError = FileHandle.nullDevice
    try program.run()
    let hasStalled = server.stalled.wait(timeout: .now() + 120) == .success
    kill(program.processIdentifier, SIGKILL)
    program.waitUntilExit()
    try #require(hasStalled)
    #expect(program.terminationReason == .uncaughtSignal)
    #expect(!TemporaryFolder.names(in: snapshot).contains("model.safetensors"))
    #expect(TemporaryFolder.names(in: cache["hub/models--org--tiny/refs"]) == [])
    _ = try pull().run()
    try expectComplete()
  }

  @Test func aDamagedFileIsFetchedOnceMore() throws {
    server.change { $0.faults["model.safetensors"] = [.corrupt] }
    _ = try pull().run()
    try expectComplete()
  }

  @Test(arguments: ["model.safetensors", "tokenizer.json"])
  func aFileThatStaysDamagedIsThrownAway(file: String) throws {
    server.change { $0.faults[file] = [.corrupt, .corrupt] }
    let error = #expect(throws: HubError.self) { try pull().run() }
    var damaged = TinyRepository.files[file] ?? []
    damaged[damaged.count - 1] ^= 1
    let found = TinyRepository.tag(of: damaged, isLarge: file == "model.safetensors")
    #expect(error == .wrongDigest(file: file, expected: tag(file), found: found))
    #expect(!TemporaryFolder.names(in: snapshot).contains(file))
    #expect(!TemporaryFolder.names(in: cache[blobs]).contains(tag(file)))
    _ = try pull().run()
    try expectComplete()
  }

  /// What an earlier run has left can be anything.
  @Test(arguments: [
    Named("another beginning", [UInt8](repeating: 9, count: 100)),
    Named("too long", TinyRepository.weights + [1]),
    Named("as long", [UInt8](repeating: 9, count: TinyRepository.weights.count)),
    Named("all of it", TinyRepository.weights),
  ])
  func leftoversAreNotTrusted(leftover: Named<[UInt8]>) throws {
    cache.write(leftover.value, to: partPath)
    _ = try pull().run()
    try expectComplete()
  }

  @Test func aBlobOfTheWrongSizeIsReplaced() throws {
    cache.write([1, 2], to: "\(blobs)/\(tag("model.safetensors"))")
    _ = try pull().run()
    try expectComplete()
  }

  @Test func tooManyRequestsAreWaitedFor() throws {
    server.change {
      $0.faults["tiny"] = []
      $0.faults["main"] = [.status(429, headers: ["Retry-After: 0"]), .status(503)]
    }
    let events = Mutex<[PullEvent]>([])
    _ = try pull(report: { event in events.withLock { $0.append(event) } }).run()
    let retries = events.withLock { $0 }.filter { if case .retrying = $0 { true } else { false } }
    #expect(retries.count == 2)
    try expectComplete()
  }

  @Test func theServersWaitIsRespectedUpToALimit() {
    let policy = RetryPolicy(attempts: 5, firstDelay: 1, longestDelay: 60)
    #expect((1...4).map { policy.delay(afterFailure: $0, askedFor: nil) } == [1, 2, 4, 8])
    #expect(policy.delay(afterFailure: 1, askedFor: 30) == 30)
    #expect(policy.delay(afterFailure: 1, askedFor: 86_400) == 60)
    #expect(policy.delay(afterFailure: 100, askedFor: nil) == 60)
  }

  @Test func permissionIsAskedFor() throws {
    server.change { $0.token = "secret" }
    var error = #expect(throws: HubError.self) { try pull().run() }
    #expect(
      error?.description
        == "org/tiny is not there or is private: check its name, or set HF_TOKEN to a token that may read it")
    error = #expect(throws: HubError.self) { try pull(token: "wrong").run() }
    #expect(error?.description == "org/tiny is not there, or the token in HF_TOKEN gives no access to it")
    _ = try pull(token: "secret").run()
    try expectComplete()
  }

  @Test func theTokenGoesToNoOtherServer() throws {
    let files = TinyRepository.files
    var settings = HubServer.Settings()
    settings.files = files
    let storage = try HubServer(settings)
    let place = storage.endpoint
    server.change {
      $0.token = "secret"
      $0.storage = place
    }
    _ = try pull(token: "secret").run()
    try expectComplete()
    #expect(storage.requests.map(\.path) == ["/cdn/model.safetensors"])
    #expect(storage.requests.allSatisfy { $0.headers["authorization"] == nil })
    #expect(server.requests.allSatisfy { $0.headers["authorization"] == "Bearer secret" })
  }

  @Test func aGatedModelSaysSo() throws {
    server.change { $0.faults["main"] = [.status(403, headers: ["X-Error-Code: GatedRepo"])] }
    let error = #expect(throws: HubError.self) { try pull().run() }
    #expect(error == .unauthorized(id: "org/tiny", hasToken: false, isGated: true))
  }

  @Test func whatIsNotThereIsSaidClearly() throws {
    var error = #expect(throws: HubError.self) { try pull("org/other").run() }
    #expect(error?.description == "there is no model org/other on \(server.endpoint)")
    error = #expect(throws: HubError.self) { try pull(revision: "v2").run() }
    #expect(error?.description == "org/tiny has no revision 'v2'")
    server.change { $0.files["model.safetensors"] = nil }
    server.change { $0.files["tf_model.h5"] = $0.files["pytorch_model.bin"] }
    server.change { $0.files["pytorch_model.bin"] = nil }
    error = #expect(throws: HubError.self) { try pull().run() }
    #expect(
      error?.description.hasPrefix("org/tiny has its weights only as tf_model.h5, which Headscope does not read: ")
        == true)
    server.change { $0.files["config.json"] = nil }
    error = #expect(throws: HubError.self) { try pull().run() }
    #expect(error == .noConfiguration("org/tiny"))
  }

  @Test(arguments: ["", "/", "a/b/c", "../x", "a/..", "a b", "a--b/c", "a/b?c", "é/x"])
  func oddNamesAreRefused(id: String) {
    let error = #expect(throws: HubError.self) { try pull(id) }
    #expect(error == .badName(id))
  }

  @Test func noServerIsSaidClearly() throws {
    let endpoint = "http://127.0.0.1:1"
    let pull = try Pull(
      id: "a/b", endpoint: endpoint, cache: cache["hub"], token: nil, retry: RetryPolicy(attempts: 2, firstDelay: 0.001)
    )
    let error = #expect(throws: HubError.self) { try pull.run() }
    #expect(error?.description.hasPrefix("\(endpoint)/api/models/a/b/revision/main?blobs=true: ") == true)
  }

  @Test func aRenamedModelIsFollowed() throws {
    server.change { $0.oldID = "old/name" }
    let pull = try pull("old/name")
    _ = try pull.run()
    #expect(
      try contents(of: cache["hub/models--old--name/snapshots/\(commit)/model.safetensors"]) == TinyRepository.weights)
  }

  @Test func otherRevisionsHaveReferencesOfTheirOwn() throws {
    server.change { $0.revisions = ["main", "refs/pr/1"] }
    _ = try pull(revision: "refs/pr/1").run()
    #expect(try contents(of: cache["hub/models--org--tiny/refs/refs/pr/1"]) == Array(commit.utf8))
    _ = try pull(revision: commit).run()
    #expect(TemporaryFolder.names(in: cache["hub/models--org--tiny/refs"]) == ["refs"])
  }

  @Test func whatTorchSavedIsFetchedWhereThereIsNothingElse() throws {
    server.change { $0.files["model.safetensors"] = nil }
    let folder = try pull().run()
    #expect(try contents(of: "\(folder)/pytorch_model.bin") == TinyRepository.files["pytorch_model.bin"])
    #expect(!TemporaryFolder.names(in: folder).contains("model.safetensors"))
  }

  @Test func shardsAreFetchedAsTheIndexSays() throws {
    let index = #"{"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}"#
    let shards: [String: [UInt8]] = [
      "model.safetensors.index.json": Array(index.utf8), "model-1.safetensors": [1], "model-2.safetensors": [2],
      "model-3.safetensors": [3],
    ]
    server.change { settings in
      settings.files["model.safetensors"] = nil
      for (name, content) in shards {
        settings.files[name] = content
        settings.tags[name] = TinyRepository.tag(of: content, isLarge: false)
      }
    }
    _ = try pull().run()
    let names = TemporaryFolder.names(in: snapshot)
    #expect(names.contains("model-1.safetensors") && names.contains("model-2.safetensors"))
    #expect(!names.contains("model-3.safetensors"))
    server.change { $0.files["model-2.safetensors"] = nil }
    let error = #expect(throws: HubError.self) { try pull().run() }
    #expect(error == .missingShard("model-2.safetensors", id: "org/tiny"))
  }

  private func serve(_ files: [String: [UInt8]]) {
    server.change { settings in
      settings.files = files
      settings.large = []
      settings.tags = files.mapValues { TinyRepository.tag(of: $0, isLarge: false) }
    }
  }

  @Test func howSentencesArePooledIsFetched() throws {
    serve([
      "config.json": [1], "model.safetensors": [2], "modules.json": [3], "1_Pooling/config.json": [4],
      "2_Dense/config.json": [5], "../1_Pooling/config.json": [6], "x_Pooling/config.json": [7],
      "onnx/config.json": [8],
    ])
    let folder = try pull().run()
    #expect(
      TemporaryFolder.names(in: folder).sorted() == ["1_Pooling", "config.json", "model.safetensors", "modules.json"])
    #expect(try contents(of: "\(folder)/1_Pooling/config.json") == [4])
    #expect(TemporaryFolder.linkTarget("\(folder)/1_Pooling/config.json")?.hasPrefix("../../../blobs/") == true)
    let before = server.requests.count
    _ = try pull().run()
    #expect(!server.requests[before...].contains { $0.method == "GET" && !$0.path.hasPrefix("/api/") })
  }

  @Test func oldRepositoriesOfSentenceTransformersHaveTheirEncoderInAFolder() throws {
    let index = Array(#"{"weight_map": {"a": "model-1.safetensors"}}"#.utf8)
    serve([
      "modules.json": [1], "config.json": [9], "0_Transformer/config.json": [2],
      "0_Transformer/model.safetensors.index.json": index,
      "0_Transformer/model-1.safetensors": [3], "0_Transformer/vocab.txt": [4],
      "0_Transformer/sentence_bert_config.json": [5], "0_Transformer/README.md": [6], "1_Pooling/config.json": [7],
      "openvino/config.json": [8],
    ])
    let folder = try pull().run { #expect($0 == [2]) }
    #expect(TemporaryFolder.names(in: folder).sorted() == ["0_Transformer", "1_Pooling", "modules.json"])
    #expect(
      TemporaryFolder.names(in: "\(folder)/0_Transformer").sorted() == [
        "config.json", "model-1.safetensors", "model.safetensors.index.json", "sentence_bert_config.json", "vocab.txt",
      ])
    #expect(try contents(of: "\(folder)/0_Transformer/model-1.safetensors") == [3])
    server.change { $0.files["0_Transformer/model-1.safetensors"] = nil }
    let error = #expect(throws: HubError.self) { try pull().run() }
    #expect(error == .missingShard("0_Transformer/model-1.safetensors", id: "org/tiny"))
  }

  @Test func anAdapterIsFetchedWithoutAModel() throws {
    serve(["adapter_config.json": [1], "adapter_model.safetensors": [2], "vocab.txt": [3], "model.safetensors": [4]])
    let folder = try pull().run { #expect($0 == [1]) }
    #expect(
      TemporaryFolder.names(in: folder).sorted() == ["adapter_config.json", "adapter_model.safetensors", "vocab.txt"])
  }

  /// A server's words become names of files.
  @Test(arguments: ["../../evil", "a/b", "", ".hidden", "a b"])
  func oddTagsAndCommitsAreRefused(text: String) throws {
    server.change { $0.tags["config.json"] = text }
    #expect(throws: HubError.self) { try pull().run() }
    server.change { $0.commit = text }
    #expect(throws: HubError.self) { try pull().run() }
  }

  @Test func aTagThatIsNoDigestIsCheckedBySizeOnly() throws {
    server.change { $0.tags["config.json"] = "W/\"some-tag\"" }
    _ = try pull().run()
    #expect(try contents(of: cache["\(blobs)/some-tag"]) == TinyRepository.files["config.json"])
  }

  @Test func aFamilyThatIsNotSupportedIsNoticedBeforeTheWeights() throws {
    struct Unsupported: Error {}
    #expect(throws: Unsupported.self) {
      try pull().run { configuration in
        #expect(configuration == TinyRepository.files["config.json"])
        throw Unsupported()
      }
    }
    #expect(!server.requests.contains { $0.path.contains("safetensors") })
  }

  @Test func anInterruptedPullContinues() throws {
    let isStopped = Mutex(false)
    server.change { $0.faults["model.safetensors"] = [.cut(after: 100_000)] }
    let first = try pull(
      isCancelled: { isStopped.withLock { $0 } },
      report: { event in
        if case .retrying = event { isStopped.withLock { $0 = true } }
      })
    let error = #expect(throws: HubError.self) { try first.run() }
    #expect(error == .interrupted)
    #expect(try contents(of: cache[partPath]).count == 100_000)
    _ = try pull().run()
    try expectComplete()
  }

  @Test func twoPullsAtOnceFetchEachBlobOnce() async throws {
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          #expect(throws: Never.self) { try pull().run() }
        }
      }
    }
    try expectComplete()
    #expect(server.requests.count { $0.path.hasPrefix("/cdn/") } == 1)
  }
}

private func contents(of path: String) throws -> [UInt8] { try contents(of: path, limit: .max) }
