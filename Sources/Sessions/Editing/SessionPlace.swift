import Support

/// A place in a session, as people write it: seconds (12.5), minutes and seconds (1:30), or the title of a mark.
public struct SessionPlace: Sendable, Equatable {
  /// The place as it was written.
  public let text: String

  /// Takes the text as it is: whether it means a place is only known among the marks of a session.
  public init(_ text: String) { self.text = text }

  /// Seconds since the start, where the text is a time.
  var seconds: Double? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count) else { return nil }
    var total = 0.0
    for (index, part) in parts.enumerated() {
      guard part.allSatisfy({ $0 == "." || $0.isASCII && $0.isNumber }), let value = Double(decimal: part),
        index == parts.count - 1 || value == value.rounded()
      else { return nil }
      total = total * 60 + value
    }
    return total < SessionCoding.timeLimit ? total : nil
  }

  /// Where it is among marks: a whole title counts before a beginning, and that before a part.
  ///
  /// - Throws: `SessionError` that lists the marks there are.
  public func time(among marks: [(time: Double, title: String)]) throws(SessionError) -> Double {
    let wanted = text.lowercased()
    func find(_ fits: (String) -> Bool) -> Double? { marks.first { fits($0.title.lowercased()) }?.time }
    if let time = find({ $0 == wanted }) { return time }
    if let seconds { return seconds }
    guard !wanted.isEmpty, let time = find({ $0.hasPrefix(wanted) }) ?? find({ $0.contains(wanted) }) else {
      let titles = marks.map { "\"\($0.title)\"" }.joined(separator: ", ")
      throw SessionError(
        "\"\(text)\" is neither a time (12.5 or 1:30) nor a mark of this session"
          + (marks.isEmpty ? ", which has no marks" : "; its marks are \(titles)" as MessageText))
    }
    return time
  }
}

extension Session {
  /// The marks, in order.
  public var marks: [(time: Double, title: String)] {
    events.compactMap { if case .mark(let title) = $0.content { ($0.time, title) } else { nil } }
  }
}
