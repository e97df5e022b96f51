import Glibc
import Support
import Testing

@Suite struct UninterruptedTests {
  @Test func aCallThatASignalInterruptsIsMadeAgain() {
    var calls = 0
    let result = uninterrupted { () -> Int in
      calls += 1
      errno = EINTR
      return calls < 3 ? -1 : 7
    }
    #expect(result == 7 && calls == 3)
  }

  @Test func everyOtherFailureIsTheCallers() {
    var calls = 0
    let result = uninterrupted { () -> Int32 in
      calls += 1
      errno = EIO
      return -1
    }
    #expect(result == -1 && calls == 1 && errno == EIO)
  }
}
