import Insights

/// Finds what looks odd.
package struct DiagnosisTask: AnalysisTask {
  package var needs: Needs { [.oneSentence, .allProbabilities] }
  package init() {}

  package func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> Diagnosis? {
    Diagnosis(results.shown, isCancelled: isCancelled)
  }
}

extension Analysis {
  package static let diagnosis = Analysis(DiagnosisTask())
}
