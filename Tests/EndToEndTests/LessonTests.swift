import Activations
import Explorer
import ExplorerApp
import Foundation
import Models
import Sessions
import TestSupport
import Testing

@testable import headscope

/// A number in the words of a lesson, and what it is said to be.
struct LessonClaim: Decodable, Sendable, CustomTestStringConvertible {
  /// The file in `sessions`.
  let session: String
  /// When it is said, in seconds since the start.
  let t: Double
  /// As it stands in the words.
  let number: String
  /// One of the names in `LessonClaim.value`.
  let of: String
  let layer: Int?
  let head: Int?
  let query: Int?
  let key: Int?
  /// A hidden state, 0 for the input of layer 0.
  let state: Int?

  var testDescription: String { "\(session) at \(t): \(number) is the \(of)" }

  /// The number anew, from what the lesson shows when it says so.
  func value(_ shown: Encoding, others: (Int) throws -> Encoding) rethrows -> Double? {
    let (layer, head, query, key) = (layer ?? 0, head ?? 0, query ?? 0, key ?? 0)
    let trace = shown.trace
    let real = shown.input.realPositions
    func probability(_ query: Int, _ key: Int) -> Double {
      Double(trace.layers[layer].attentionProbabilities[head, query, key])
    }
    func mean(_ value: (Int) -> Double) -> Double { real.map(value).reduce(0, +) / Double(real.count) }
    switch of {
    case "probability": return probability(query, key)
    case "score": return Double(trace.layers[layer].attentionScore(head: head, query: query, key: key))
    case "scaledScore": return Double(trace.layers[layer].scaledScore(head: head, query: query, key: key))
    case "unscaledProbability":
      let scores = (0..<shown.input.count).map {
        Double(trace.layers[layer].attentionScore(head: head, query: query, key: $0))
      }
      return exp(scores[key]) / scores.map(exp).reduce(0, +)
    case "keyShare": return mean { probability($0, key) }
    case "padShare":
      return mean { query in
        (0..<shown.input.count).filter { !shown.input.attentionMask[$0] }.map { probability(query, $0) }.reduce(0, +)
      }
    case "entropy":
      return -(0..<shown.input.count).map { probability(query, $0) }.filter { $0 > 0 }.map { $0 * log($0) }.reduce(0, +)
    case "valueNorm":
      let values = trace.layers[layer].values
      return (0..<values.shape[2]).map { pow(Double(values[head, key, $0]), 2) }.reduce(0, +).squareRoot()
    case "cosine": return cosine(shown, query, shown, key)
    case "cosineOfSentences": return cosine(try others(0), query, try others(1), key)
    case "cosineInSecond": return cosine(try others(1), query, try others(1), key)
    default: return nil
    }
  }

  /// The number anew, from what training has come to when the lesson says so.
  func value(afterTraining state: State) -> Double? {
    let head = HeadIndex(layer: layer ?? 0, head: head ?? 0)
    switch of {
    case "heldOutAccuracy": return state.learning?.heldOut.last?.accuracy
    case "stepOfHeldOutAccuracy":
      guard let points = state.learning?.heldOut, let last = points.last else { return nil }
      return points.reversed().prefix { $0.accuracy == last.accuracy }.last.map { Double($0.step) }
    case "accuracyOfLastSentences":
      // Of the last ten steps, each of which saw sixteen.
      guard let points = state.learning?.points.suffix(10), points.count == 10 else { return nil }
      return points.map(\.accuracy).reduce(0, +) / 10
    case "accuracyWithHeadsOff": return state.performance?.off.accuracy
    case "updatedParameters": return state.learning.flatMap(\.facts).map { Double($0.trained) }
    case "changedHeads": return state.shownChange.map { Double($0.changed) }
    case "meanChange":
      guard let heads = state.shownChange?.heads[head.layer] else { return nil }
      return heads.map(\.distance).reduce(0, +) / Double(heads.count)
    case "probabilityBefore", "probabilityAfter":
      guard let pair = state.headChanges?.pairs.first(where: { $0.head == head }), pair.query == query, pair.key == key
      else { return nil }
      return Double(of == "probabilityBefore" ? pair.before : pair.after)
    default: return nil
    }
  }

  private func cosine(_ a: Encoding, _ positionA: Int, _ b: Encoding, _ positionB: Int) -> Double {
    func vector(_ encoding: Encoding, _ position: Int) -> [Double] {
      encoding.trace.hiddenStates[state ?? 0].row(position).map(Double.init)
    }
    let (x, y) = (vector(a, positionA), vector(b, positionB))
    func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).map(*).reduce(0, +) }
    return dot(x, y) / (dot(x, x) * dot(y, y)).squareRoot()
  }
}

/// The lessons are true in every number that they say.
@Suite struct LessonTests {
  static let claims: [String: [LessonClaim]] = {
    guard let data = FileManager.default.contents(atPath: Fixtures.path("lessons/claims.json")),
      let claims = try? JSONDecoder().decode([LessonClaim].self, from: data)
    else { return [:] }
    return Dictionary(grouping: claims, by: \.session)
  }()

  @Test func everyLessonMakesClaims() { #expect(Self.claims.count >= 7) }

  @Test(arguments: claims.keys.sorted())
  func everyNumberOfTheLessonIsTrue(name: String) throws {
    let session = try SessionFile.read("\(Fixtures.root)/sessions/\(name)")
    let model = try Model.load(
      ModelLocator(
        environment: ["HEADSCOPE_MODELS": Fixtures.root + "/models"], executablePath: "", currentFolder: Fixtures.root
      ).locate(session.header.model.name))
    var handler = EffectHandler(
      model: model, reference: session.header.model.name,
      training: TrainingGround(tasks: TrainingTasks(folder: Fixtures.root + "/assets/tasks")),
      surveys: SurveyShelf(folder: Fixtures.root + "/assets/surveys"))
    var state = State(model: model.description, reference: session.header.model.name)
    var waiting = Self.claims[name] ?? []
    var largest = 0.0
    for event in session.events {
      switch event.content {
      case .action(let action):
        settle(&state, reduce(&state, .action(action))) { try? handler.answer($0) }
      case .note(let text):
        let said = waiting.filter { abs($0.t - event.time) < 0.005 }
        waiting.removeAll { abs($0.t - event.time) < 0.005 }
        for claim in said {
          #expect(text.contains(claim.number), "\(claim.testDescription): it says \"\(text)\"")
          let shown = try #require(state.encoding)
          let trained = claim.value(afterTraining: state)
          let value =
            try trained
            ?? claim.value(shown) { sentence in
              var request = state.request
              request.sentence = sentence
              return try model.encode(request)
            }
          let digits = claim.number.split(separator: ".").last?.count ?? 0
          let difference = abs(try #require(value) - (Double(claim.number) ?? .nan))
          largest = max(largest, difference)
          // Half a unit of the last digit that is said, and a little for rounding on another processor.
          let tolerance = 0.5 * pow(10, -Double(digits)) + 1e-3
          #expect(difference <= tolerance, "\(claim.testDescription), found \(value ?? .nan)")
        }
      default: break
      }
    }
    #expect(waiting.isEmpty, "said nowhere: \(waiting.map(\.testDescription))")
    print("\(name): largest difference from what is said \(largest)")
  }
}
