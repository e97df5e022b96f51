/// Numbers in the words of a replay.
extension State {
  /// A text with its numbers as they are computed now. While that is done, dots take their room; a number that there is
  /// not stays as it was written.
  public func quoting(_ text: String) -> String {
    guard text.contains("{") else { return text }
    return QuotedText(text).text { number in
      do throws(QuantityFailure) {
        return try value(of: number.quantity).map(number.shown) ?? number.placeholder
      } catch {
        return number.written ?? "{\(number.quantity.text)}"
      }
    }
  }

  /// A text in which numbers that were not written yet are written as they are computed now.
  package func writingNumbers(into text: String) -> String {
    guard text.contains("{") else { return text }
    return QuotedText(text).text { number in
      let value = number.written == nil ? (try? value(of: number.quantity)) ?? nil : nil
      let written = number.written ?? value.map(number.shown)
      return "{" + (written.map { $0 + " = " } ?? "") + number.quantity.text + "}"
    }
  }

  /// What a replay says, with its numbers.
  package func quoting(_ playback: PlaybackStatus) -> PlaybackStatus {
    var playback = playback
    playback.quantities =
      (playback.note.map { QuotedText($0).numbers.map(\.quantity) } ?? [])
      + (playback.question.map { QuotedText($0.question.text).numbers.map(\.quantity) } ?? [])
    playback.note = playback.note.map(quoting)
    if let text = playback.question?.question.text { playback.question?.question.text = quoting(text) }
    return playback
  }
}
