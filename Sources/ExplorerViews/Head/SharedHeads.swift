import Activations
import Explorer

extension State {
  /// Which heads share keys and values with the marked one, in words, with a comma before; empty where none does.
  func sharedHeads(_ layer: LayerTrace?) -> String {
    guard let sharing = layer?.traits?.sharing(head: head.head, of: model.heads), sharing.count > 1 else { return "" }
    let (first, last) = (sharing.lowerBound + exploration.countFrom, sharing.upperBound - 1 + exploration.countFrom)
    return ", keys and values are those of heads \(first) to \(last)"
  }
}
