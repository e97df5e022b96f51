import Activations
import Explorer

/// The actions of single views, for tests of how actions are written.
enum ViewActions {
  static let all = heads

  static let heads: [Action] = [
    .heads(.sort(.separators, isDescending: true)), .heads(.sort(.place, isDescending: false)),
    .heads(.filter("prev entropy<1")), .heads(.openFilter), .heads(.typeFilter("é", cursor: 1)), .heads(.keepFilter),
    .heads(.restoreFilter), .heads(.gridColumn(.itself)), .heads(.gridColumn(nil)), .heads(.sortGrid(true)),
    .heads(.sortGrid(false)), .heads(.selectLike(HeadIndex(layer: 2, head: 1), of: HeadIndex(layer: 0, head: 5))),
  ]
}
