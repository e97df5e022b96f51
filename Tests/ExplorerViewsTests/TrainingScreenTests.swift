import Activations
import Canvas
import Insights
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// The Train view, with numbers that are made up.
struct TrainingScreenTests {
  private func state(
    _ scope: TrainingScope = .everything, steps: Int = 40, of goal: Int = 40, off: HeadIndex? = nil
  ) throws -> State {
    var state = Synthetic.state()
    _ = reduce(&state, .action(.show(.train)))
    _ = reduce(&state, .action(.training(.scope(scope))))
    let question = TaskQuestion(task: "agent", model: state.loadedModel)
    let task = TaskDescription(
      task: "agent", model: state.loadedModel, goal: "Say whether it is the dog who does it.",
      input: "A sentence with a dog and somebody else, active or passive.", output: "dog or other",
      sentence: "The cat was followed by the dog.", labels: ["dog", "other"], sentences: 160, heldOut: 80, digest: "00",
      steps: [.everything: 40, .head: 200], trained: [.everything: 22_713_986, .head: 770])
    _ = reduce(&state, .taskDescribed(TaskAnswer(question, tasks: ["agent"], description: task)))
    if let off { _ = reduce(&state, .action(.intervention(.ablate(off, .zeroOutput)))) }
    let plan = TrainingPlan(model: state.loadedModel, task: "agent", digest: "00", scope: scope, steps: 40)
    answer(&state, reduce(&state, .action(.training(.train(ChosenTraining(plan: plan, goal: goal))))))
    let id = try #require(state.learning?.id)
    let facts = TrainingFacts(
      trained: scope == .head ? 770 : 22_713_986, parameters: 22_713_986, labels: ["dog", "other"], bytes: 1,
      measured: 80)
    answer(&state, reduce(&state, .training(id: id, [.began(facts), .stepped([], heldOut: [], snapshot: 0)])))
    let points = (0..<steps).map {
      LearningPoint(step: $0, loss: 0.7 / Double($0 + 1), accuracy: min(0.5 + Double($0) / 32, 1))
    }
    let heldOut = stride(from: 0, through: steps, by: 10).map {
      LearningPoint(step: $0, loss: 0.8 / Double($0 + 1), accuracy: $0 == 0 ? 0.5 : 1)
    }
    answer(&state, reduce(&state, .training(id: id, [.stepped(points, heldOut: heldOut, snapshot: steps)])))
    return state
  }

  /// Computes what is asked for. The change and the importance of a head follow from its place.
  private func answer(_ state: inout State, _ effects: [Effect]) {
    let (layers, heads) = (state.model.layers, state.model.heads)
    let computation = Synthetic.computation(answering: state)
    settle(&state, effects) { effect in
      switch effect {
      case .encode(let id, let slot, _): .computed(computation.numbered(id), for: slot)
      case .analyze(let analysis, let results, let sources):
        analysis.run(results).map { .analyzed(analysis, Finding(sources: sources, findings: $0)) }
      case .measure(let request):
        switch request.measure {
        case .performance:
          .measured(
            request,
            .performance(
              off: TaskPerformance(logits: [[1, 0], [0, 2], [0, 1], [2, 1]], labels: [0, 1, 0, 0]),
              on: TaskPerformance(logits: [[3, 0], [0, 2], [3, 1], [2, 1]], labels: [0, 1, 0, 0])))
        case .change:
          .measured(
            request,
            .change(
              (0..<layers).map { layer in
                (0..<heads).map { HeadChange(distance: Double(layer * heads + $0) / 128, largest: 0.5) }
              }))
        case .importance:
          .measured(
            request, .importance((0..<layers).map { layer in (0..<heads).map { Double(layer + 1) / Double(32 + $0) } }))
        }
      default: nil
      }
    }
  }

  @Test(arguments: [Size(columns: 80, rows: 24), Size(columns: 160, rows: 50), Size(columns: 40, rows: 12)])
  func screen(size: Size) throws {
    var state = try state()
    answer(&state, reduce(&state, .action(.training(.ground(.heldOut)))))
    _ = reduce(&state, .action(.selectHead(HeadIndex(layer: 5, head: 3))))
    try expectSnapshot(
      draw(state, appearance: Synthetic.colorless, size: size).text,
      "screens/train-\(size.columns)x\(size.rows).txt")
  }

  @Test func bothNumbersOfTheMarkedHeadAndTheirCorrelationStandOnASmallScreen() throws {
    var state = try state()
    answer(&state, reduce(&state, .action(.training(.ground(.heldOut)))))
    _ = reduce(&state, .action(.selectHead(HeadIndex(layer: 5, head: 11))))
    let correlation = try #require(state.changeAndImportance)
    let text = draw(state, appearance: Synthetic.colorless, size: Size(columns: 80, rows: 24)).text
    #expect(text.contains("change 0.55 (#1)") && text.contains("importance 0.1395"))
    #expect(text.contains("Rank correlation of both: +\(Words.fixed(correlation, 2))"))
  }

  @Test func onlyThePredictionLayerLeavesTheGridDarkAndSaysSo() throws {
    let state = try state(.head)
    for size in [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40), Size(columns: 200, rows: 60)] {
      let text = draw(state, appearance: Synthetic.truecolor, size: size).text
      #expect(text.contains("72 heads, change exactly 0") && text.contains("No head has changed"), "\(size)")
      // Every cell of the last layer says so, without colours too.
      let plain = draw(state, appearance: Synthetic.colorless, size: size).text
      let row = plain.split(separator: "\n").first { $0.contains("L5") } ?? ""
      let cells = row.range(of: "L5").map { row[$0.upperBound...] } ?? ""
      #expect(cells.count { $0 == "0" } == 12, "\(size): \(row)")
    }
    #expect(TrainingDrawing.formula(state).first == "72 heads: change 0")
  }

  @Test func aHeadThatIsOffIsAnsweredInTheTermsOfTheTask() throws {
    let state = try state(off: HeadIndex(layer: 5, head: 3))
    let text = draw(state, appearance: Synthetic.colorless, size: Size(columns: 120, rows: 40)).text
    #expect(
      text.contains("L5 H3 off, on 80 held-out sentences: accuracy 0.75 (all on: 1.00), margin of the right label"))
    #expect(text.contains("0.75 (2.00)"))
    let small = draw(state, appearance: Synthetic.colorless, size: Size(columns: 40, rows: 12)).text
    #expect(small.contains("off: accuracy 0.75 (1.00), margin 0.75"))
  }

  @Test func nothingFlickersWhileTrainingGoesOn() throws {
    var state = try state(steps: 10)
    let id = try #require(state.learning?.id)
    let size = Size(columns: 120, rows: 40)
    let points = (10..<12).map { LearningPoint(step: $0, loss: 0.1, accuracy: 1) }
    _ = reduce(&state, .training(id: id, [.stepped(points, heldOut: [], snapshot: 12)]))
    #expect(state.isComputing)
    for view in ViewID.allCases {
      _ = reduce(&state, .action(.show(view)))
      #expect(!draw(state, appearance: Synthetic.colorless, size: size).row(1).contains("computing"), "\(view)")
    }
    _ = reduce(&state, .action(.show(.heads)))
    #expect(draw(state, appearance: Synthetic.colorless, size: size).text.contains("training: step 12 of 40"))
  }

  @Test func aClassSeesAllHeadsAndHowManySentencesAreRight() throws {
    var state = try state()
    answer(&state, reduce(&state, .action(.training(.ground(.heldOut)))))
    for depth in ColorDepth.allCases {
      for theme in Theme.all {
        var appearance = Appearance(depth: depth, glyphs: .unicode, scales: [.grey])
        appearance.presentation = Presentation(theme: theme)
        for size in [(20, 6), (40, 12), (76, 21), (80, 24), (120, 40), (200, 60)] {
          let canvas = draw(state, appearance: appearance, size: Size(columns: size.0, rows: size.1))
          #expect(canvas.text.contains(" right") == (size.0 >= 76), "\(size) \(depth)")
          guard depth == .truecolor, size.0 >= 76 else { continue }
          for cell in canvas.cells where cell.base > 0x20 && !cell.isGraphic {
            #expect(cell.style.foreground.contrast(with: cell.style.background) >= 7)
          }
        }
      }
    }
  }

  @Test func everySizeCanBeDrawn() throws {
    for state in [try state(), try state(.head, steps: 3, of: 40), Synthetic.state()] {
      var state = state
      _ = reduce(&state, .action(.show(.train)))
      for columns in [1, 20, 39, 69, 70, 80, 200] {
        for rows in [1, 6, 8, 10, 12, 19, 24, 33, 60] {
          for depth in ColorDepth.allCases {
            let size = Size(columns: columns, rows: rows)
            let appearance = Appearance(depth: depth, glyphs: depth == .none ? .ascii : .unicode, scales: [.grey])
            #expect(draw(state, appearance: appearance, size: size).size == size)
          }
        }
      }
    }
  }
}

extension Canvas {
  fileprivate func row(_ row: Int) -> String {
    String(text.split(separator: "\n", omittingEmptySubsequences: false)[row])
  }
}
