import CNcurses
import Glibc
import Support

/// What a terminal is asked to do beside what ncurses asks of it: to mark pastes, and to report the mouse.
struct TerminalModes {
  /// Whether it belongs to the large family that takes these requests. Others are not bothered.
  let isXtermLike: Bool
  /// What makes a terminal as it was before, also if it is in the middle of something.
  let sequencesForRestoring: [UInt8]

  private static let requests = "\u{1B}[?2004h\u{1B}[?1000h\u{1B}[?1006h"
  private static let withdrawals = "\u{1B}[?1006l\u{1B}[?1000l\u{1B}[?2004l"

  /// Reads the description of the terminal, without ncurses having started.
  init(description: TerminalDescription) {
    var status: Int32 = 0
    guard setupterm(description.name, STDOUT_FILENO, &status) == OK else {
      isXtermLike = false
      sequencesForRestoring = []
      return
    }
    defer { hs_forget_description() }
    let mouse = hs_capability("kmous").map { String(cString: $0) }
    isXtermLike = mouse?.hasPrefix("\u{1B}[") ?? false
    var sequences = isXtermLike ? Screen.endOfUpdate + Self.withdrawals : ""
    for name in ["sgr0", "op", "rmkx", "cnorm", "rmcup"] {
      if let capability = hs_capability(name) { sequences += Self.withoutPadding(String(cString: capability)) }
    }
    // Where there is no other screen to go back to, at least a new line.
    if hs_capability("rmcup") == nil { sequences += "\r\n" }
    sequencesForRestoring = Array(sequences.utf8)
  }

  func enter() {
    if isXtermLike { _ = Files.write(Array(Self.requests.utf8), to: STDOUT_FILENO) }
  }

  func leave() {
    if isXtermLike { _ = Files.write(Array(Self.withdrawals.utf8), to: STDOUT_FILENO) }
  }

  /// Takes out the delays that descriptions of old terminals ask for: `$<5>`.
  static func withoutPadding(_ capability: String) -> String {
    var result = ""
    var rest = Substring(capability)
    while let start = rest.firstRange(of: "$<") {
      result += rest[..<start.lowerBound]
      rest = rest[start.upperBound...].drop { $0 != ">" }.dropFirst()
    }
    return result + rest
  }
}
