import Activations
import Explorer
import TestSupport
import Testing

@testable import Sessions

/// What a session says is compared with what is computed.
struct ClaimTests {
  private let model = Synthetic.model(layers: 2, heads: 3)

  private func check(_ events: [SessionEvent.Content]) -> SessionCheck {
    let header = SessionHeader(title: "", created: "", program: "", model: SessionModel(model, digest: nil))
    let events = events.enumerated().map { SessionEvent(time: Double($0) * 5, $1) }
    return SessionCheck(Session(header: header, events: events), model: model) { effect in
      guard case .encode(let id, let slot, let subject) = effect else { return nil }
      let request = subject.request
      let words = request.texts[request.sentence].split(separator: " ").map(String.init)
      return .computed(
        Synthetic.computation(id: id, words: words, mode: request.maskMode, model: model, request: request), for: slot)
    }
  }

  private let texts = SessionEvent.Content.action(.texts(["the cat ran"], pair: nil))
  private let head = SessionEvent.Content.action(.selectHead(HeadIndex(layer: 0, head: 1)))
  private func question(_ key: Int, _ text: String = "largest layer=0 head=1 query=cat") throws -> SessionEvent.Content
  {
    .question(Question("Which?", answer: .cell(query: 2, key: key), quantity: try Quantity(text)))
  }

  @Test func aNumberOrAnAnswerThatWasChangedIsFound() throws {
    // The head gives 16 parts to the token before, 1 to each other.
    let note = SessionEvent.Content.note("{0.80 = p query=cat key=the}, half of 0.25")
    let right = check([texts, head, try question(1), note])
    #expect(right.isClean && right.remarks.isEmpty, "\(right.differences) \(right.remarks)")
    #expect(right.numbers == 1 && right.answers == 1 && right.plainNumbers == 1 && right.plainAnswers == 0)
    #expect(right.largestNumberDifference < 1e-6)
    let number = check([texts, head, .note("{0.81 = p query=cat key=the}")])
    #expect(number.differences == ["at 10.0 s: a note says 0.81, computed is 0.8 (p query=cat key=the)"])
    #expect(check([texts, head, try question(0)]).differences.count == 1)
    let unknown = check([texts, head, .note("{0.8 = p query=cow}")])
    #expect(unknown.differences == ["at 10.0 s: p query=cow: the sentence has no token 'cow'"])
    let close = Question("How much?", answer: .number(0.8, within: 0.1), quantity: try Quantity("p query=cat key=the"))
    #expect(check([texts, head, .question(close)]).isClean)
    var far = close
    far.answer = .number(0.75, within: 0.1)
    #expect(!check([texts, head, .question(far)]).isClean, "near enough for a guess is not right for an answer")
  }

  /// Where the lesson changes something between question and answer, what it comes to is asked for.
  @Test func anAnswerIsComputedWhereTheLessonGivesIt() throws {
    let asked = Question(
      "And without the mask?", answer: .number(0.2, within: 0),
      quantity: try Quantity("p query=[SEP] key=[SEP] digits=1"))
    #expect(check([texts, .question(asked), head, .action(.mask(.causal)), .note("So.")]).isClean == false)
    var other = asked
    other.answer = .number(0.1, within: 0)
    #expect(check([texts, .question(other), head, .note("So.")]).isClean)
  }

  @Test func anAnswerThatWasOnTheScreenBeforeItsQuestionIsSaid() throws {
    let show = SessionEvent.Content.action(.show(.head))
    let before = check([texts, head, show, .note("Look."), try question(1)])
    #expect(before.isClean)
    #expect(before.remarks == ["at 20.0 s: the answer to \"Which?\" is on the screen from 10.0 s on"])
    #expect(check([texts, head, try question(1), show, .note("Look.")]).remarks.isEmpty)
    let elsewhere: [SessionEvent.Content] = [
      texts, head, show, .note("Look."), .action(.texts(["the dog saw the cat"], pair: nil)),
    ]
    #expect(check(elsewhere + [try question(4, "largest layer=0 head=1 query=cat")]).remarks.isEmpty)
    let said = check([
      texts, head, .note("{0.80 = p query=cat key=the}"),
      .question(Question("How much?", answer: .number(0.8, within: 0), quantity: try Quantity("p query=cat key=the"))),
    ])
    #expect(said.remarks.count == 1, "said in a note before")
  }

  /// The Words view lists the same word of the other sentence in all states, whichever of them is shown.
  @Test func whatStandsInAListIsOnTheScreen() throws {
    let asked = Question(
      "How near?", answer: .number(1, within: 0), quantity: try Quantity("cosine state=0 query=cat key=cat keyIn=1"))
    let before = check([
      .action(.texts(["the cat ran", "a cat sat"], pair: nil)), .action(.selectPair(query: 2, key: 2)),
      .action(.show(.words)), .note("Look."), .question(asked),
    ])
    #expect(before.isClean && before.answers == 1, "\(before.differences)")
    #expect(before.remarks == ["at 20.0 s: the answer to \"How near?\" is on the screen from 10.0 s on"])
  }

  @Test func mistakesInNumbersAreFoundInTheFile() {
    let lines = """
      {"headscope-session":1,"title":"x","model":{"name":"tiny"}}
      {"t":0,"note":"{0.5 = entropi query=cat}"}
      {"t":1,"question":"How?","answer":{"number":1,"within":0,"of":"p lair=3"}}
      {"t":2,"note":"{anything} goes"}
      """ + "\n"
    let problems = SessionProofreader(Array(lines.utf8), name: "x").problems
    #expect(
      problems.map(\.description) == [
        "line 2: there is no number 'entropi'; did you mean \"entropy\"?",
        "line 3: p has no 'lair'; it takes layer, head, query, key, scale, in",
      ])
  }

  @Test func whatAnAnswerIsIsKeptInTheFile() throws {
    let line = #"{"t":1.0,"question":"How much?","answer":{"number":0.32,"within":0.1,"of":"p query=it key=animal"}}"#
    let event = try SessionCoding.event(from: Array(line.utf8), after: 0)
    guard case .question(let question) = event.content else {
      Issue.record("no question")
      return
    }
    #expect(question.quantity == (try Quantity("p query=it key=animal")))
    #expect(String(decoding: SessionCoding.line(event), as: UTF8.self) == line + "\n")
    // A newer program may know other numbers.
    let newer = #"{"t":1,"question":"How much?","answer":{"number":1,"of":"newest of=all"}}"#
    #expect(throws: Never.self) { try SessionCoding.event(from: Array(newer.utf8), after: 0) }
  }

  @Test func gradesCountFirstGuesses() throws {
    let lesson = Session(
      header: CodingTests.header,
      events: [
        SessionEvent(time: 0, .question(Question("A?", answer: .cell(query: 1, key: 2)))),
        SessionEvent(time: 1, .question(Question("B?", answer: .number(0.5, within: 0.1)))),
        SessionEvent(time: 2, .question(Question("C?", answer: .number(1, within: 0)))),
        SessionEvent(time: 3, .question(Question("What do you see?"))),
      ])
    let viewer = Session(
      header: CodingTests.header,
      events: [
        SessionEvent(time: 0, .guess(.cell(query: 1, key: 2), of: "A?")),
        SessionEvent(time: 1, .guess(.number(0.7), of: "B?")), SessionEvent(time: 2, .guess(.number(0.5), of: "B?")),
      ])
    let marks = Grading(lesson).marks(of: viewer)
    #expect((marks.right, marks.wrong, marks.missing) == (1, 1, 1))
  }
}
