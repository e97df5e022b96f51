import Glibc

/// Calls the system again for as long as a signal interrupts the call (`EINTR`): the only place that knows of that.
///
/// - Returns: what the call returned last; where that is negative, `errno` says why.
@inlinable @inline(__always)
public func uninterrupted<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}
