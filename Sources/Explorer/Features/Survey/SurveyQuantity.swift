import Activations
import Survey

extension State {
  /// A number of a head over the corpus, or the best fixed offset of a relation; nil while the survey is being read.
  ///
  /// - Throws: that there is no survey, or no such number in it.
  func surveyed(_ quantity: Quantity) throws(QuantityFailure) -> Double? {
    let survey: ShownSurvey
    switch surveyStatus {
    case .none: throw QuantityFailure("no survey is shown")
    case .reading: return nil
    case .missing(let reason): throw QuantityFailure(reason)
    case .shown(let shown): survey = shown
    }
    let head = HeadIndex(
      layer: quantity.count(.layer) ?? self.head.layer, head: quantity.count(.head) ?? self.head.head)
    let name = quantity[.number] ?? ""
    guard let cell = survey.cell(SurveyNumber(named: name), head) else {
      throw QuantityFailure("the survey has no '\(name)' of layer \(head.layer) head \(head.head)")
    }
    guard quantity.name == .baseline else { return cell.value }
    guard !cell.isDifference, let comparison = cell.figure.comparison else {
      throw QuantityFailure("'\(name)' has no baseline")
    }
    return comparison.baseline
  }
}
