/// What a pull has to tell while it goes on.
public enum PullEvent: Sendable, Equatable {
  /// A file's bytes come: `done` of `total` are there.
  case progress(file: String, done: Int, total: Int?)
  /// The file is complete and verified; `isNew` is false where it was there before.
  case finished(file: String, isNew: Bool)
  /// The last try failed; the next one follows in `seconds`.
  case retrying(reason: String, seconds: Double)
  /// Another program fetches the same file.
  case waitingForOther(file: String)
}
