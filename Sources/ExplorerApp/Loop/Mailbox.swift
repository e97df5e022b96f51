import Synchronization

/// Where answers wait until the loop takes them; putting one in wakes it.
package final class Mailbox: Sendable {
  private let messages = Mutex<[AppMessage]>([])
  private let wake = Mutex<(@Sendable () -> Void)?>(nil)

  package init() {}

  /// Says how the loop is woken; answers that are there already wake it at once.
  package func connect(_ wake: @escaping @Sendable () -> Void) {
    self.wake.withLock { $0 = wake }
    if messages.withLock({ !$0.isEmpty }) { wake() }
  }

  package func post(_ message: AppMessage) {
    messages.withLock { $0.append(message) }
    wake.withLock { $0 }?()
  }

  func takeAll() -> [AppMessage] {
    messages.withLock { messages in
      defer { messages = [] }
      return messages
    }
  }
}
