import Activations
import Explorer

/// Something that looks odd on the screen: what is seen, where it comes from, what to do about it, and where to look.
struct Oddity: Equatable {
  let symptom: String
  let cause: String
  let remedy: String
  /// Where the key leads, in words.
  let place: String
  let goal: Resolution
}

extension Oddity {
  /// One that is seen in a view.
  init(_ symptom: String, cause: String, remedy: String, at place: DiagnosisPlace, stageName: String? = nil) {
    self.init(
      symptom: symptom, cause: cause, remedy: remedy,
      place: "the \(place.view.title) view" + (stageName.map { ", \($0)" } ?? ""),
      goal: .action(.diagnosis(.visit(place))))
  }
}
