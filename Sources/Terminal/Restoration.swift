import CNcurses
import Glibc

/// Gives the terminal back after every way of ending, and reports what signals ask for.
///
/// All calls into `restoration.h` are made here.
struct Restoration {
  enum Notice {
    case end, stop, resume, resize
  }

  /// Where one waits for notices.
  let readEnd: Int32
  private let writeEnd: Int32

  /// - Parameters:
  ///   - modes: the terminal's modes, to be set again.
  ///   - sequences: what to send to the terminal to make it as it was.
  init(terminal: Int32, modes: termios, sequences: [UInt8]) throws(TerminalError) {
    (readEnd, writeEnd) = try makePipe()
    var modes = modes
    let taken = sequences.withUnsafeBytes { bytes in
      hs_take(terminal, &modes, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, writeEnd)
    }
    guard taken else { throw .failed(reason: "it is in use by this program already") }
  }

  /// What has been asked for since the last time, or will be within some milliseconds.
  func notices(within milliseconds: Int32 = 0) -> [Notice] {
    if milliseconds > 0 {
      var request = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
      _ = poll(&request, 1, milliseconds)
    }
    let signals = drainPipe(readEnd)
    if !signals.isEmpty { hs_requests_seen() }
    return signals.compactMap { number in
      switch Int32(number) {
      case SIGINT, SIGTERM, SIGHUP: .end
      case SIGTSTP: .stop
      case SIGCONT: .resume
      case SIGWINCH: .resize
      default: nil
      }
    }
  }

  /// While the screen is not ours, there is nothing to give back.
  func setActive(_ active: Bool) { hs_set_active(active) }

  func holdMessages() { hs_hold_messages() }

  func releaseMessages() { hs_release_messages() }

  /// Stops this job until it is continued, and returns what was asked for meanwhile.
  func stopJob() -> [Notice] {
    hs_stop_job()
    // Reached after SIGCONT, or at once if no shell could continue a stopped job and the system ignored the request.
    var notices = notices(within: 100)
    // What was sent together with SIGCONT may reach another thread, and so come a moment later.
    if notices.contains(.resume), !notices.contains(.end) { notices += self.notices(within: 20) }
    return notices
  }

  /// Gives the terminal back without ncurses, also from the background; once.
  static func giveBack() { hs_restore() }

  func end() {
    hs_let_go()
    close(readEnd)
    close(writeEnd)
  }
}
