import Canvas
import Exporting
import JSON
import Support

/// One thing that was looked at.
struct DoctorFinding: Equatable {
  enum State: String, CaseIterable {
    case ok
    /// The program runs, with less.
    case limited
    /// The program does not run, or not this part of it.
    case broken
    /// Only a person can tell.
    case look
  }

  /// What it belongs to: Terminal, Models ...
  let area: String
  let subject: String
  let state: State
  let text: MessageText
  /// What to do about it.
  let advice: MessageText?

  init(_ area: String, _ subject: String, _ state: State, _ text: MessageText, advice: MessageText? = nil) {
    self.area = area
    self.subject = subject
    self.state = state
    self.text = text
    self.advice = advice
  }
}

/// All that was found, to be read, pasted into a report of a fault, or taken by a program.
struct DoctorReport {
  let version: String
  let findings: [DoctorFinding]

  /// Of the worst first: "1 broken, 2 limited".
  private var summary: String {
    let counts = [DoctorFinding.State.broken, .limited].compactMap { state -> String? in
      let count = findings.count { $0.state == state }
      return count == 0 ? nil : "\(count) \(state.rawValue)"
    }
    return counts.isEmpty ? "nothing is wrong" : counts.joined(separator: ", ")
  }

  /// Lines for people.
  var text: String {
    var text = "headscope doctor \(version): \(summary)\n"
    let subjects = findings.map { displayWidth(of: $0.subject) }.max() ?? 0
    var area = ""
    for finding in findings {
      if finding.area != area {
        area = finding.area
        text += "\n\(area)\n"
      }
      let state = Self.padded(finding.state.rawValue, to: 7)
      text += "  \(state)  \(Self.padded(finding.subject, to: subjects))  \(finding.text.description.singleLine)\n"
      if let advice = finding.advice {
        text += String(repeating: " ", count: 11) + "-> \(advice.description.singleLine)\n"
      }
    }
    return text
  }

  private static func padded(_ text: String, to columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - displayWidth(of: text)))
  }

  /// The same for programs.
  var json: JSONValue {
    [
      "headscope-doctor": .integer(1), "program": JSONValue(version), "summary": JSONValue(summary),
      "findings": .array(
        findings.map { finding in
          [
            "area": JSONValue(finding.area), "subject": JSONValue(finding.subject),
            "state": JSONValue(finding.state.rawValue), "text": JSONValue(finding.text.description.singleLine),
            "advice": finding.advice.map { JSONValue($0.description.singleLine) } ?? .null,
          ]
        }),
    ]
  }
}
