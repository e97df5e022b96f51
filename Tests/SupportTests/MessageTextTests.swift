import Support
import Testing

@Suite struct MessageTextTests {
  private let long = String(repeating: "x", count: 100_000)

  @Test func shortQuotesStandAsTheyAre() {
    let name = "café"
    let text = "tensor '\(name)' has \(3) rows, \(0.5), \([1, 2])" as MessageText
    #expect(text == "tensor 'café' has 3 rows, 0.5, [1, 2]")
  }

  @Test func aLongQuoteIsCutInItsMiddle() {
    let text = ("it is '\(long)'" as MessageText).description
    #expect(text == "it is '" + String(repeating: "x", count: 100) + "…" + String(repeating: "x", count: 99) + "'")
  }

  @Test func allQuotesTogetherAreLimitedAndShortOnesLeaveRoomToLongOnes() {
    let quotes = "<\("a")|\(long)|\(long)>" as MessageText
    #expect(quotes.description.count == 4 + 1 + 99 + 99)
    let many = (0..<1000).reduce("" as MessageText) { text, _ in text + "\(long)" }
    #expect(many.description.count <= 200)
    let exact = "\(String(repeating: "a", count: 100))\(String(repeating: "b", count: 100))" as MessageText
    #expect(exact.description.count == 200)
    #expect(!exact.description.contains("…"))
  }

  @Test func whatATerminalWouldObeyIsShownByNumberOrPicture() {
    let hostile = "a\u{1B}[2J\n\u{202E}\u{9B}\u{2028}é\u{E000}"
    #expect("\(hostile)" as MessageText == "a␛[2J␊<U+202E><U+009B><U+2028>é<U+E000>")
    let many = "\(String(repeating: "\u{202E}", count: 100_000))" as MessageText
    #expect(many.description.unicodeScalars.count == 200)
  }

  @Test func aWordOfACommandLineIsWholeAndSafe() {
    let path = "/home/anna/" + String(repeating: "long name/", count: 30) + "it's"
    let line = "no: cd \(shell: path) && ls \(long)" as MessageText
    #expect(line.description.hasPrefix("no: cd '\(path.replacing("'", with: #"'\''"#))' && ls "))
    #expect(line.description.contains("…"))
    #expect("\(shell: "a\u{1B}[2J'\\é\u{202E}")" as MessageText == #"$'a\033[2J\'\\é\342\200\256'"#)
    #expect("\(shell: long)" as MessageText == "\(long)")
    let bells = "\(shell: String(repeating: "\u{7}", count: 300))" as MessageText
    #expect(bells.description.count == 200)
  }

  private struct Failure: TextualError {
    let text: MessageText
  }

  @Test func aMessageInsideAnotherKeepsItsWordsWhole() {
    let inner = Failure(text: "\(long) should be shorter")
    let outer = Failure(text: "\(long): \(inner)")
    #expect(outer.description.hasSuffix("x should be shorter"))
    #expect(outer.description.count == 200 + ": ".count + " should be shorter".count)
    let erased: any Error = outer
    #expect(MessageText(erased) == outer.text)
  }
}
