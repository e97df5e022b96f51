import Glibc
import Models
import Sessions
import Support
import Terminal

extension SessionStore {
  /// The lessons that come with the program lie beside its other files; nil where there are none of those.
  static var ofProgram: SessionStore? {
    Assets.folder().map { SessionStore(folder: Files.join(Files.parent(of: $0), "sessions")) }
  }

  /// What a person gave as FILE, to be read: a path, the name of a session of theirs, or that of a lesson.
  static func located(_ file: String) -> String {
    let path = resolve(file, in: ofUser)
    return access(path, F_OK) == 0 ? path : resolve(file, in: ofProgram)
  }
}
