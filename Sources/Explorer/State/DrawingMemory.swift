import Synchronization

/// A cache beside a computation, in which the drawing code keeps what takes long to draw.
///
/// Nothing depends on what is kept here.
package final class DrawingMemory: Sendable {
  private let kept = Mutex<[ObjectIdentifier: any Sendable]>([:])

  package init() {}

  /// What is kept, one thing of each type; `make` makes it where there is nothing of its type yet.
  package func value<Value: Sendable>(_ make: () -> Value) -> Value {
    kept.withLock { kept in
      if let value = kept[ObjectIdentifier(Value.self)] as? Value { return value }
      let value = make()
      kept[ObjectIdentifier(Value.self)] = value
      return value
    }
  }
}
