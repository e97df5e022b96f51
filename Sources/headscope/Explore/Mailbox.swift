import Explorer
import Synchronization
import Terminal

/// Where results wait until the main loop takes them; putting one in wakes it.
final class Mailbox: Sendable {
  private let messages = Mutex<[Message]>([])
  private let waker: Waker

  init(waker: Waker) { self.waker = waker }

  func post(_ message: Message) {
    messages.withLock { $0.append(message) }
    waker.wake()
  }

  func takeAll() -> [Message] {
    messages.withLock { messages in
      defer { messages = [] }
      return messages
    }
  }
}
