import Activations
import Explorer
import Insights

/// How many queries and keys a picture of attention is between: as many of both, unless attention goes from one sentence to another.
struct MatrixExtent: Equatable {
  let queries: Int
  let keys: Int
  /// So many queries and keys are held together: a dot stands for a multiple of that. 1 where every pair is held.
  var step = 1
  /// Whether rows are computed as they are looked at: of a picture of all queries only what is held is drawn.
  var computesRows = false
  /// So many rows at most are known around the marked query; nil where all are.
  var mostRows: Int?

  init(queries: Int, keys: Int) { (self.queries, self.keys) = (max(queries, 1), max(keys, 1)) }

  /// Of one sentence.
  init(_ positions: Int) { self.init(queries: positions, keys: positions) }

  /// What is on the screen.
  init(_ state: State) {
    self.init(queries: state.queryPositions, keys: state.positions)
    guard state.isReadInParts, !state.showsSegments, !state.computesRows || state.showsRows else { return }
    if state.view == .flow { mostRows = LongFlowTask.mostRowsShown }
    step = HeadOverview.factor(queries: queries, keys: keys)
    computesRows = state.encoding?.trace.computesRows == true
  }

  var largest: Int { max(queries, keys) }

  /// The same for small pictures of all heads, whose dots stand for what is held of a head where its probabilities are not: where tokens are
  /// many, whether they are held or not.
  var ofThumbnails: MatrixExtent {
    var extent = self
    extent.step = HeadOverview.factor(queries: queries, keys: keys)
    return extent
  }
}
