import Explorer
import Synchronization

/// Where results wait until the main loop takes them; putting one in wakes it.
package final class Mailbox: Sendable {
  private let messages = Mutex<[Message]>([])
  private let wake: @Sendable () -> Void

  /// - Parameter wake: wakes the loop.
  package init(wake: @escaping @Sendable () -> Void) { self.wake = wake }

  package func post(_ message: Message) {
    messages.withLock { $0.append(message) }
    wake()
  }

  package func takeAll() -> [Message] {
    messages.withLock { messages in
      defer { messages = [] }
      return messages
    }
  }
}
