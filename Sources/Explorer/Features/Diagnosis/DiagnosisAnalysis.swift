import Insights

/// Finds what looks odd.
package struct DiagnosisTask: AnalysisTask {
  package var needs: Needs { .oneSentence }
  package init() {}

  package func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> Diagnosis? {
    // What is computed again is read some rows at a time; a file would be read from beginning to end several times.
    if !results.shown.trace.computesRows, let obstacle = results.shown.obstacle(to: .allProbabilities) {
      throw AnalysisFailure(obstacle)
    }
    return Diagnosis(results.shown, isCancelled: isCancelled)
  }
}

extension Analysis {
  package static let diagnosis = Analysis(DiagnosisTask())
}
