extension State {
  /// The view one level back: from what a head computes to that head, from a head to what it was chosen in.
  var viewBack: ViewID {
    func before(_ views: ViewID...) -> ViewID? { past.last { !views.contains($0.view) }?.view }
    switch exploration.view {
    case .steps: return before(.steps) == .mask ? .mask : .head
    case .head: return before(.head, .steps) == .heads ? .heads : .grid
    case .compare: return before(.compare) == .train ? .train : .grid
    case .grid, .mask, .words, .heads, .flow, .train: return .grid
    }
  }
}
