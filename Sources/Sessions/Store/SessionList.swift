import Dispatch

/// The sessions of a folder, as far as a list needs them.
public struct SessionList: Sendable {
  /// Oldest first.
  public var summaries: [SessionSummary] = []
  /// Files that are no sessions, and why.
  public var errors: [SessionError] = []

  /// Scans files on all processors.
  public init(scanning paths: [String]) {
    // Pieces that are small enough to keep everybody busy to the end.
    let piece = 64
    let pieces = (paths.count + piece - 1) / piece
    var results = [Result<SessionSummary, SessionError>?](repeating: nil, count: paths.count)
    results.withUnsafeMutableBufferPointer { results in
      nonisolated(unsafe) let results = results
      DispatchQueue.concurrentPerform(iterations: pieces) { index in
        var scanner = SummaryScanner()
        for place in index * piece..<min((index + 1) * piece, paths.count) {
          do throws(SessionError) {
            results[place] = .success(try scanner.scan(paths[place]))
          } catch {
            results[place] = .failure(error)
          }
        }
      }
    }
    for result in results {
      switch result {
      case .success(let summary): summaries.append(summary)
      case .failure(let error): errors.append(error)
      case nil: break
      }
    }
    // Whatever the files are called. Swift's sort is stable.
    summaries.sort { $0.header.created < $1.header.created }
  }
}
