import Activations
import Explorer
import Insights
import Testing

@testable import Sessions

struct PlayerTests {
  private let session = Session(
    header: CodingTests.header,
    events: [
      SessionEvent(time: 0, .action(.texts(["a"], pair: nil))),
      SessionEvent(time: 0.5, .fingerprint(Fingerprint(meanEntropies: [1]))), SessionEvent(time: 1, .mark("Padding")),
      SessionEvent(time: 2, .action(.pad(to: 8))), SessionEvent(time: 4, .action(.mask(.full))),
    ])

  @Test func eventsComeWhenTheyAreDue() {
    var player = Player(session)
    #expect(player.advance(by: 0).map(\.time) == [0])
    #expect(player.untilNext == 0.5)
    #expect(player.advance(by: 1.5).map(\.time) == [0.5, 1])
    #expect(player.status.caption == "Padding")
    #expect(player.advance(by: 0.6).map(\.time) == [2])
    #expect(player.advance(by: 100).map(\.time) == [4])
    #expect(player.isAtEnd && player.untilNext == nil)
    #expect(player.status.position == 3 && player.status.count == 3)
  }

  @Test func speedAndPause() {
    var player = Player(session, speed: 2)
    #expect(player.advance(by: 1).map(\.time) == [0, 0.5, 1, 2])
    player.togglePause()
    #expect(player.advance(by: 10).isEmpty && player.untilNext == nil)
    player.togglePause()
    #expect(player.untilNext == 1)
  }

  @Test func aStepIsOneAction() {
    var player = Player(session)
    #expect(player.step().map(\.time) == [0, 0.5])
    #expect(player.status.isPaused)
    #expect(player.step().map(\.time) == [1, 2])
    #expect(player.step().map(\.time) == [4])
    #expect(player.step().isEmpty)
  }
}
