import Activations

/// What was chosen about the table of heads, and about its numbers in the grid.
public struct HeadsChoices: FeatureChoices {
  /// What the table is sorted by.
  public var column = HeadColumn.place
  /// Whether the table is sorted downwards: the largest number, or the last place or name, comes first.
  public var isDescending = false
  /// Which heads the table shows; see `HeadFilter`. Empty for all.
  public var filter = ""
  /// The state of the search for similar heads (`n`).
  public var likeness: Likeness?
  /// The number that the grid shows of every head; nil where it shows their attention.
  public var gridColumn: HeadColumn?
  /// Whether the grid puts the largest numbers first, instead of layers below each other.
  public var isGridSorted = false

  /// Heads that are like one.
  public struct Likeness: Sendable, Equatable {
    /// The head that the others are compared with.
    public var anchor: HeadIndex
    /// The head that was found last; if another one is selected meanwhile, the search starts over.
    public var reached: HeadIndex

    /// A search for heads like `anchor` that has come to `reached`.
    public init(anchor: HeadIndex, reached: HeadIndex) {
      self.anchor = anchor
      self.reached = reached
    }
  }

  /// All heads in the order of layers, and their attention in the grid.
  public init() {}
}

extension Exploration {
  /// About the numbers of all heads.
  public var heads: HeadsChoices {
    get { choices[HeadsChoices.self] }
    set { choices[HeadsChoices.self] = newValue }
  }
}
