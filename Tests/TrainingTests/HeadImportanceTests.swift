import Testing

@testable import Training

@Suite struct HeadImportanceTests {
  @Test func layersAreNormalizedEachByItself() {
    let importance = HeadImportance(values: [[3, 4], [0, 0]])
    #expect(importance.normalized == [[0.6, 0.8], [0, 0]])
  }
}
