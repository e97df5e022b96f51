import Canvas
import Testing
import UserInput

@testable import Pictures

/// A page to step through is a hand-out on paper.
struct HandoutTests {
  @Test func aMarkIsAPageWithRoomToWriteAndTheAnswersComeLast() throws {
    var sheet = HandoutSheet(title: "One <head>")
    sheet.picture = Sample.random(3)
    sheet.notes = ["Each row sums to 1.\nLook."]
    var question = HandoutSheet.Question(text: "How much?", answer: "0.69, give or take 0.1")
    question.explanation = ["Because <it> asks."]
    sheet.questions = [question, HandoutSheet.Question(text: "And now?", answer: nil)]
    var writer = StepThroughWriter(title: "A lesson", size: Size(columns: 31, rows: 7), theme: .dark)
    let page = writer.start + writer.text(of: sheet) + writer.end()
    let sheets = page.split(separator: "<section class=\"sheet\"", omittingEmptySubsequences: false).dropFirst()
    let (first, answers) = (try #require(sheets.first), try #require(sheets.last))
    #expect(sheets.count == 2 && first.contains("One &lt;head&gt;") && first.contains("<svg"))
    #expect(first.contains("1. How much?") && first.contains("2. And now?"))
    #expect(first.split(separator: "<div class=\"room\">").count == 3)
    #expect(!first.contains("0.69") && !first.contains("Because"), "answers are not beside their questions")
    #expect(answers.contains("0.69, give or take 0.1") && answers.contains("Because &lt;it&gt; asks."))
    #expect(answers.contains("href=\"#sheet1\""))
    #expect(page.contains(".sheet { display: none; }") && page.contains("@media print"))
  }

  /// A link to a picture leads to it.
  @Test func marksAreLinksToTheirPictures() {
    var series = PictureSeries(title: "t", size: Size(columns: 31, rows: 7))
    series.append(PictureFrame(time: 0, canvas: Sample.random(1)))
    series.append(PictureFrame(time: 1, canvas: Sample.random(2), mark: "here"))
    let page = StepThroughPage(series, theme: .light).text
    #expect(page.contains("<a href=\"#p2\" data-frame=\"1\">here</a>"))
    #expect(page.contains("hashchange") && page.contains("/^#p([0-9]+)$/"))
  }
}
