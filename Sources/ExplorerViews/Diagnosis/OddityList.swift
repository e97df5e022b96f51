import Activations
import Explorer
import Insights

/// Everything that looks odd about what is on the screen, and what was looked at and is as it should be.
///
/// A list for students, so each symptom has its cause beside it: what is seen is never where it comes from.
struct OddityList {
  let oddities: [Oddity]
  /// What is as it should be, each in a line with its number.
  let checks: [String]
  /// What could not be looked at, and why.
  let remarks: [String]
  /// Whether everything has been looked at.
  let isComplete: Bool
  /// Whether it is being looked at.
  let isLooking: Bool

  /// The last line that can be marked: the oddities, and what was checked.
  var lastLine: Int { oddities.count }

  init(_ state: State, _ appearance: Appearance) {
    guard let computation = state.computation, let diagnosis = state.found(DiagnosisTask()) else {
      let reason = state.reason(against: .diagnosis)
      (oddities, checks, isComplete) = ([], [], false)
      remarks = reason.map { ["Nothing was looked at: \($0)."] } ?? []
      isLooking = reason == nil || state.isComputing
      return
    }
    let variability = state.found(VariabilityTask())
    var finder = OddityFinder(
      state: state, appearance: appearance, computation: computation, diagnosis: diagnosis, variability: variability)
    finder.look()
    (oddities, checks, remarks) = (finder.oddities, finder.checks, finder.remarks)
    isComplete =
      !state.isComputing
      && (variability != nil || state.otherSentence == nil || state.reason(against: Analysis(VariabilityTask())) != nil)
    isLooking = !isComplete
  }
}

/// Goes through what can look odd, the worst first.
struct OddityFinder {
  let state: State
  let appearance: Appearance
  let computation: Computation
  let diagnosis: Diagnosis
  let variability: [[Double]]?

  var oddities: [Oddity] = []
  var checks: [String] = []
  var remarks: [String] = []

  var encoding: Encoding { computation.encoding }
  var input: TokenizedInput { encoding.input }
  var names: TokenNames { TokenNames(computation, glyphs: appearance.glyphs) }
  var signs: Signs { Signs(appearance) }
  var mode: MaskMode { encoding.request.maskMode }

  init(
    state: State, appearance: Appearance, computation: Computation, diagnosis: Diagnosis, variability: [[Double]]?
  ) {
    self.state = state
    self.appearance = appearance
    self.computation = computation
    self.diagnosis = diagnosis
    self.variability = variability
  }

  mutating func look() {
    lookAtNumbers()
    lookAtPadding()
    lookAtEvenness()
    lookAtRows()
    lookAtText()
    lookAtConstantHeads()
    lookAtSentences()
    lookAtInterventions()
  }

  func name(_ head: HeadIndex) -> String { state.name(of: head) }

  /// The first few heads, and how many more there are.
  func listed(_ heads: [HeadIndex]) -> String { listed(heads.map(name), most: 3) }

  func listed(_ names: [String], most: Int) -> String {
    names.prefix(most).joined(separator: ", ") + (names.count > most ? " and \(names.count - most) more" : "")
  }

  func fixed(_ value: Double, _ decimals: Int = 2) -> String { Words.fixed(value, decimals) }

  /// A place with what is marked now, where nothing else is said.
  func place(
    _ view: ViewID, _ head: HeadIndex? = nil, query: Int? = nil, key: Int? = nil, stage: StepStage? = nil
  ) -> DiagnosisPlace {
    DiagnosisPlace(
      view: view, head: head ?? state.head, query: query ?? state.query, key: key ?? state.key, stage: stage)
  }
}
