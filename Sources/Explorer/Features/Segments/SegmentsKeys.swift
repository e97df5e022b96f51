import Insights
import UserInput

/// What a key can mean to what the cells of the Head view stand for.
enum SegmentsCommand: FeatureCommand {
  case next

  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution {
    if let obstacle = state.model.recorded?.obstacle(to: .oneSentence) { return .refused(obstacle) }
    if state.exploration.showsNorms { return .refused("sentences are shown of attention p; w goes back to it") }
    if state.exploration.showsAttribution { return .refused("sentences are shown of attention p; d goes back to it") }
    let units: [SegmentUnit?] = [nil] + SegmentUnit.allCases
    return .action(.segments(.show(neighbour(of: state.exploration.segments.unit, in: units, by: 1))))
  }
}

extension KeyBinding {
  static let segmenting: [KeyBinding] = [
    KeyBinding(
      .feature(SegmentsCommand.next), .picture, [.view(.head)], [.character("G")],
      "cells of tokens, sentences or paragraphs: attention to one summed, from one averaged", hint: "sentences")
  ]
}
