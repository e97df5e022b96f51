import Activations

/// Where the tour is: a few keys that a newcomer presses, each of which shows what the next one is about.
public struct TourChoices: FeatureChoices {
  /// Which key is asked for, from 0; as many as there are: all were pressed. Nil outside of the tour.
  public var step: Int?

  /// No tour.
  public init() {}
}

extension Exploration {
  /// Where the tour is.
  public var tour: TourChoices {
    get { choices[TourChoices.self] }
    set { choices[TourChoices.self] = newValue }
  }
}

/// A key of the tour.
package struct TourStep: Sendable {
  /// What it is called.
  package let key: String
  /// What is on the screen, and what the key shows.
  package let text: String
  /// Whether it was pressed, or what it does was done in another way.
  let isDone: @Sendable (Exploration) -> Bool

  /// All of them, in order.
  package static let all: [TourStep] = [
    TourStep(
      key: "2",
      text:
        "Every small picture is one attention head of the model, on the sentence \"The cat ran\": a row is a word that asks, a "
        + "column a word that is asked, bright is much attention. 2 opens the marked head.",
      isDone: { $0.view == .head }),
    TourStep(
      key: "3",
      text:
        "One head. Each row adds up to 1: it is how a word shares its attention among all words. The arrows go to other pairs. "
        + "3 shows how such a number is computed.",
      isDone: { $0.view == .steps }),
    TourStep(
      key: "p",
      text:
        "Query times key is a score; divided by the root of d, and made into shares by softmax, it says how much of each value "
        + "is taken. In a batch, short sentences are filled up: p adds PAD.",
      isDone: { $0.padTo != nil }),
    TourStep(
      key: "m",
      text:
        "PAD stands behind the sentence, and the attention mask blocks it: its share is 0, and the words come out as before. m "
        + "takes that mask away.",
      isDone: { $0.maskMode != .keys }),
    TourStep(
      key: "i",
      text:
        "Without a mask PAD is attended to like any word, and takes that from the others. Now a sentence of your own: i, type it, "
        + "and Enter.",
      isDone: { $0.texts != [State.firstText] }),
  ]

  /// What is said when all were pressed.
  package static let end =
    "That was all. S opens lessons, which go on from here; ? lists all keys, and u takes anything back. The next key closes this."
}

extension Exploration {
  /// Goes on to the next key where the present one was pressed; after the last one the tour ends with whatever is done.
  mutating func followTour() {
    guard let step = tour.step else { return }
    guard TourStep.all.indices.contains(step) else {
      tour.step = nil
      return
    }
    if TourStep.all[step].isDone(self) { tour.step = step + 1 }
  }
}
