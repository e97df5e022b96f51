import Activations
import Explorer
import JSON
import Testing

@testable import Sessions

struct InterventionCodingTests {
  static let interventions: [InterventionAction] = [
    .editMask(.key(2, isAllowed: false)), .editMask(.key(0, isAllowed: true)), .editMask(.diagonal),
    .editMask(.cell(query: 1, key: 3, isAllowed: false)), .editMask(.cell(query: 4, key: 0, isAllowed: true)),
    .editMask(.firstTextOnly), .editMask(.band(width: 3)), .takeBack(.key(2, isAllowed: false)),
    .takeBack(.cell(query: 1, key: 3, isAllowed: true)), .takeBack(.firstTextOnly), .takeBack(.band(width: 0)),
    .resetMask, .replaceToken(2), .putTokenBack(2), .ablate(HeadIndex(layer: 3, head: 7), .zeroOutput),
    .ablate(HeadIndex(layer: 0, head: 0), .uniformAttention), .ablate(HeadIndex(layer: 3, head: 7), nil), .restoreHeads,
    .hide(.first), .hide(.punctuation), .unhide(.separators), .unhide(.pad), .filter(nil),
    .filter(TextFilter(queries: 0, keys: 1)), .open, .mark(4),
  ]

  @Test(arguments: interventions) func itComesBackAsItWas(intervention: InterventionAction) throws {
    let object = JSONObject([("action", JSONValue(intervention.recorded.name))] + intervention.recorded.members)
    #expect(try Action.read(object) == .intervention(intervention))
    let name = try #require(object["action"]?.stringValue)
    #expect(Action.names.contains(name))
    #expect(!intervention.words.isEmpty)
  }

  @Test func linesAreMadeToBeRead() {
    func line(_ action: InterventionAction) -> String {
      String(decoding: SessionCoding.line(SessionEvent(time: 1.5, .action(.intervention(action)))), as: UTF8.self)
    }
    #expect(line(.editMask(.key(2, isAllowed: false))) == #"{"t":1.5,"action":"blockKey","key":2}"# + "\n")
    #expect(
      line(.takeBack(.key(2, isAllowed: false))) == #"{"t":1.5,"action":"takeBack","edit":"blockKey","key":2}"# + "\n")
    #expect(
      line(.ablate(HeadIndex(layer: 3, head: 7), .zeroOutput))
        == #"{"t":1.5,"action":"ablate","layer":3,"head":7,"as":"zeroOutput"}"# + "\n")
  }

  @Test(arguments: [
    #"{"action":"blockKey"}"#, #"{"action":"blockKey","key":-1}"#, #"{"action":"takeBack","edit":"dance","key":1}"#,
    #"{"action":"ablate","layer":1,"head":2,"as":"gone"}"#, #"{"action":"hide","tokens":"all"}"#,
    #"{"action":"filter","queries":2,"keys":0}"#, #"{"action":"band","width":1.5}"#,
  ])
  func whatIsMalformedIsRefused(text: String) throws {
    let object = try #require(try JSONValue(parsing: Array(text.utf8)).objectValue)
    #expect(throws: (any Error).self) { try Action.read(object) }
  }
}
