import Synchronization

/// A cache beside a computation, in which the drawing code keeps what takes long to draw.
///
/// Nothing depends on what is kept here.
package final class DrawingMemory: Sendable {
  private let kept = Mutex<(any Sendable)?>(nil)

  package init() {}

  /// What is kept; `make` makes it where there is nothing of its type yet.
  package func value<Value: Sendable>(_ make: () -> Value) -> Value {
    kept.withLock { kept in
      if let value = kept as? Value { return value }
      let value = make()
      kept = value
      return value
    }
  }
}
