import Support

/// How large the cells of the head view are.
public enum Zoom: Sendable, Hashable {
  /// The largest at which the whole matrix is on the screen.
  case fit
  /// The same, but where there is no room for the words of the tokens then, the smallest cells that have them, scrolled.
  case words
  /// One of the sizes, whatever it takes in scrolling.
  case fixed(CellSize)
}

/// The size at which one probability is drawn.
public enum CellSize: Sendable, Hashable {
  /// The number is written in the cell.
  case number
  /// Two columns wide, without a number.
  case block
  /// One column wide and half a row high.
  case dot
  /// One dot shows the maximum of this many queries × keys.
  case pooled(Int)
}

/// What the brightest colour stands for.
public enum IntensityRange: String, Sendable, CaseIterable {
  /// The largest probability of all heads.
  case all
  /// The largest probability of the head itself.
  case head
}

extension Zoom {
  private static let pooledPrefix = "maxima of "

  /// As sessions call it.
  var name: String {
    switch self {
    case .fit: "fit"
    case .words: "words"
    case .fixed(.number): "number"
    case .fixed(.block): "block"
    case .fixed(.dot): "dot"
    case .fixed(.pooled(let factor)): Zoom.pooledPrefix + "\(factor)"
    }
  }

  init?(named name: String) {
    switch name {
    case "fit": self = .fit
    case "words": self = .words
    case "number": self = .fixed(.number)
    case "block": self = .fixed(.block)
    case "dot": self = .fixed(.dot)
    default:
      guard name.hasPrefix(Zoom.pooledPrefix),
        let factor = Int(decimal: name.dropFirst(Zoom.pooledPrefix.count), in: 2...1 << 20)
      else { return nil }
      self = .fixed(.pooled(factor))
    }
  }
}
