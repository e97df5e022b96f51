import Explorer
import Support

/// Compares what a session says with what is computed: numbers in notes, and answers to questions.
struct ClaimCheck: Sendable {
  /// What was found, one line each.
  private(set) var differences: [String] = []
  /// What is worth saying, but no difference.
  private(set) var remarks: [String] = []
  /// How many numbers in notes and questions were computed, and how many answers.
  private(set) var numbers = 0
  private(set) var answers = 0
  /// Decimal numbers in notes that nothing computes.
  private(set) var plainNumbers = 0
  /// Answers that nothing computes.
  private(set) var plainAnswers = 0
  /// The largest difference of a computed number from what was written.
  private(set) var largestDifference = 0.0

  /// All questions with a quantity, as far as they have not been asked.
  private var coming: [Quantity]
  /// Where a number was on the screen, and what the screen was computed from.
  private var seen: [(quantity: Quantity, subject: Seen, time: Double)] = []
  /// The question whose answer is still to come.
  private var asked: (question: Question, time: Double)?

  private struct Seen: Equatable {
    let subject: Subject?
    let training: TrainingChoices
    /// What is hidden from the picture among them.
    let interventions: Interventions

    init(_ state: State) {
      subject = state.subject(of: .shown)
      training = state.exploration.training
      interventions = state.interventions
    }
  }

  init(_ session: Session) {
    coming = session.events.compactMap { event in
      if case .question(let question) = event.content { question.quantity } else { nil }
    }
  }

  /// What has to be computed for a note beside what the screen shows: for its numbers, and for the answer it gives.
  func quantities(of text: String) -> [Quantity] {
    QuotedText(text).numbers.map(\.quantity) + [asked?.question.quantity].compactMap { $0 }
  }

  /// Viewers look at this.
  mutating func look(at state: State, time: Double) {
    for quantity in coming where state.shows(quantity) { seen.append((quantity, Seen(state), time)) }
  }

  /// A note is shown, or the words of a question.
  mutating func read(_ text: String, in state: State, at time: Double) {
    let quoted = QuotedText(text)
    plainNumbers += quoted.plainNumbers.count
    for number in quoted.numbers {
      if coming.contains(where: { $0.isSame(as: number.quantity) }) {
        seen.append((number.quantity, Seen(state), time))
      }
      guard let value = found(number.quantity, in: state, at: time) else { continue }
      numbers += 1
      guard let written = number.written else { continue }
      largestDifference = max(largestDifference, abs(value - (number.value ?? value)))
      if !number.agrees(with: value) {
        differences.append(
          "at \(seconds(time)): a note says \(written), computed is \(shown(value)) (\(number.quantity.text))")
      }
    }
  }

  mutating func ask(_ question: Question, in state: State, at time: Double) {
    asked = (question, time)
    if let quantity = question.quantity, let place = coming.firstIndex(of: quantity) {
      coming.remove(at: place)
    }
    if question.quantity == nil, question.answer != nil { plainAnswers += 1 }
  }

  /// What the last question asked for has come to be.
  mutating func answer(in state: State) {
    guard let (question, time) = asked else { return }
    asked = nil
    guard let quantity = question.quantity, let answer = question.answer,
      let value = found(quantity, in: state, at: time)
    else { return }
    answers += 1
    let (said, agrees): (String, Bool)
    switch answer {
    case .cell(_, let key): (said, agrees) = ("key \(key)", value == Double(key))
    case .number(let number, _):
      let written = "\(number)".hasSuffix(".0") ? 0 : "\(number)".split(separator: ".").last?.count ?? 0
      let decimals = quantity.writtenDecimals ?? written
      (said, agrees) = ("\(number)", Quantity.agrees(value, with: number, decimals: decimals))
    }
    if !agrees {
      differences.append(
        "at \(seconds(time)): the answer is given as \(said), computed is \(shown(value)) (\(quantity.text))")
    }
    let before = seen.first { $0.quantity.isSame(as: quantity) && $0.time < time && $0.subject == Seen(state) }
    if let before {
      let remark: MessageText =
        "at \(seconds(time)): the answer to \"\(question.text)\" is on the screen from \(seconds(before.time)) on"
      remarks.append(remark.description)
    }
  }

  private mutating func found(_ quantity: Quantity, in state: State, at time: Double) -> Double? {
    do throws(QuantityFailure) {
      if let value = try state.value(of: quantity), value.isFinite { return value }
      differences.append("at \(seconds(time)): cannot be computed here: \(quantity.text)")
    } catch {
      let difference: MessageText = "at \(seconds(time)): \(quantity.text): \(error.reason)"
      differences.append(difference.description)
    }
    return nil
  }

  private func shown(_ value: Double) -> String { "\((value * 1e4).rounded() / 1e4)" }
  private func seconds(_ time: Double) -> String { "\((time * 1000).rounded() / 1000) s" }
}
