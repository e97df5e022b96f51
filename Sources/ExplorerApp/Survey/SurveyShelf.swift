import Explorer
import Support
import Survey
import Synchronization

/// Where surveys are found: those that come with the program, files that were named, and where a session says that one was.
package final class SurveyShelf: Sendable {
  private let folder: String?
  private let shelf = Mutex(Shelf())

  /// As many surveys are kept in memory at most: two are compared.
  private static let most = 4

  private struct Shelf {
    /// Those that were read last, the newest last.
    var opened: [OpenedSurvey] = []
    /// Files that were named on the command line.
    var files: [String] = []
  }

  /// - Parameter folder: has the surveys that come with the program; nil where there is none.
  package init(folder: String? = nil) { self.folder = folder }

  /// A file that was named may be one that a session asks for.
  package func know(file path: String) { shelf.withLock { $0.files.append(path) } }

  /// Reads a survey that a person has named: a file, or one that comes with the program.
  ///
  /// - Parameters:
  ///   - name: as it was written; sessions keep that.
  ///   - path: where that leads.
  /// - Throws: why it cannot be read.
  package func open(_ name: String, at path: String) throws -> OpenedSurvey {
    let found = Files.exists(path) ? path : bundled(name) ?? path
    let reference = SurveyReference(path: name, digest: try Self.digest(found))
    return try opened(reference) ?? keep(OpenedSurvey(try SurveyFile.read(found), as: reference))
  }

  /// What a state is answered that asks for a survey.
  ///
  /// - Parameters:
  ///   - path: where its name leads.
  ///   - weights: recognises those of the model that is loaded.
  package func answer(_ request: SurveyRequest, at path: String, weights: String?) -> SurveyAnswer {
    let reference = request.reference
    if let known = opened(reference) { return .found(known, weights: weights) }
    let files = shelf.withLock { $0.files }
    let places = (files + [path] + [bundled(reference.path)].compactMap(\.self)).filter(Files.isFile)
    do {
      for place in places where (try? Self.digest(place)) == reference.digest {
        return .found(try keep(OpenedSurvey(try SurveyFile.read(place), as: reference)), weights: weights)
      }
      guard let place = places.last(where: { Files.name(of: $0) == Files.name(of: reference.path) }) else {
        return .unavailable(
          "there is no survey \(Files.name(of: reference.path)) here: numbers are the sentence's; --survey FILE names it"
        )
      }
      return .found(
        try keep(OpenedSurvey(try SurveyFile.read(place), as: reference, isChanged: true)), weights: weights)
    } catch {
      return .unavailable("\(error)")
    }
  }

  private func opened(_ reference: SurveyReference) -> OpenedSurvey? {
    shelf.withLock { $0.opened.last { $0.reference == reference && !$0.isChanged } }
  }

  private func keep(_ survey: OpenedSurvey) -> OpenedSurvey {
    shelf.withLock { shelf in
      shelf.opened = shelf.opened.filter { $0 != survey }.suffix(Self.most - 1) + [survey]
    }
    return survey
  }

  /// The survey of that name that comes with the program.
  private func bundled(_ name: String) -> String? {
    folder.map { Files.join($0, Files.name(of: name)) }.flatMap { Files.isFile($0) ? $0 : nil }
  }

  private static func digest(_ path: String) throws -> String {
    let file = try MappedFile(path)
    var hash = FNV1a()
    hash.add(file.bytes)
    return hash.digits
  }
}
