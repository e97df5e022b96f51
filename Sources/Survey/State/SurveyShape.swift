import Activations

/// How many layers an encoder has, and how many heads each of them.
public struct SurveyShape: Sendable, Equatable {
  /// How many layers there are.
  public let layers: Int
  /// How many heads a layer has.
  public let heads: Int

  /// So many layers of so many heads.
  public init(layers: Int, heads: Int) {
    self.layers = layers
    self.heads = heads
  }

  /// How many heads there are in all. Arrays over all heads have those of layer 0 first.
  public var count: Int { layers * heads }

  /// The head at a place of such an array.
  public func head(at place: Int) -> HeadIndex { HeadIndex(layer: place / heads, head: place % heads) }

  /// The place of a head in such an array; nil where there is no such head.
  public func place(of head: HeadIndex) -> Int? {
    guard (0..<layers).contains(head.layer), (0..<heads).contains(head.head) else { return nil }
    return head.layer * heads + head.head
  }
}
