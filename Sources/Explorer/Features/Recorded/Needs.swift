import Activations

/// What a view or an analysis works with beside some rows of attention. A file with attention that was computed elsewhere may not
/// have it, and of a text that is too long not all probabilities are held.
public struct Needs: OptionSet, Sendable, Hashable {
  /// A bit for each need.
  public let rawValue: Int

  /// Needs from their bits.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Queries, keys and values.
  public static let vectors = Needs(rawValue: 1)
  /// The hidden states before and after every layer.
  public static let hiddenStates = Needs(rawValue: 2)
  /// Queries and keys that are tokens of one sentence.
  public static let oneSentence = Needs(rawValue: 4)
  /// Whole heads, or all pairs of tokens, at once.
  public static let allProbabilities = Needs(rawValue: 8)
  /// Which pairs the mask blocked.
  public static let mask = Needs(rawValue: 32)
  /// The rows of all heads, some at a time.
  public static let allRows = Needs(rawValue: 64)
  /// A model that computes.
  public static let model = Needs(rawValue: 16)
}

extension RecordedAttention {
  /// Why something cannot be done with what is known here, in words; nil where it can.
  func obstacle(to needs: Needs) -> String? {
    if needs.contains(.model) { return "this needs the model; what is shown is attention from a file" }
    if needs.contains(.oneSentence), isCross {
      return "this needs queries and keys of one sentence; what is shown goes from one sentence to another"
    }
    if needs.contains(.mask), !hasMask {
      return "this needs the attention mask; the file does not say it, and no zeros show one"
    }
    if needs.contains(.vectors), !hasVectors {
      return "this needs queries, keys and values, which the file does not hold"
    }
    if needs.contains(.hiddenStates), !hasHiddenStates {
      return "this needs hidden states, which the file does not hold"
    }
    if !needs.isDisjoint(with: [.allProbabilities, .allRows]), isReadInParts {
      return "this needs all probabilities at once; the file holds so many that they are read a head at a time"
    }
    return nil
  }
}

extension AttentionTrace {
  /// What is said where a text is so long that its attention is not held as a whole.
  fileprivate var longText: String {
    let bytes = Double(layers.count * heads) * Double(queries) * Double(keys) * 4
    return "this needs all of the attention at once: \(Words.bytes(bytes)), more than is held (--memory)"
  }
}

extension Encoding {
  /// Why an analysis cannot be done with it, in words; nil where it can.
  func obstacle(to needs: Needs) -> String? {
    // What was computed in parts is all there; only not all of it at once.
    if trace.computesRows { return needs.contains(.allProbabilities) ? trace.longText : nil }
    guard trace.isReadInParts || isCross || trace.hiddenStates.isEmpty || trace.layers.first?.hasVectors != true else {
      return nil
    }
    let known = RecordedAttention(
      hasVectors: trace.layers.first?.hasVectors == true, hasHiddenStates: !trace.hiddenStates.isEmpty, hasMask: true,
      isCross: isCross,
      isReadInParts: trace.isReadInParts)
    return known.obstacle(to: needs.subtracting(.model))
  }
}

extension State {
  /// Why the view on the screen cannot show what there is, in words; nil where it can.
  public var obstacle: String? { obstacle(to: exploration.view) }

  /// Why a view cannot show what there is, in words; nil where it can.
  func obstacle(to view: ViewID) -> String? {
    if let recorded = model.recorded { return recorded.obstacle(to: view.feature.needs) }
    return view.feature.needs.contains(.allProbabilities) ? longText : nil
  }

  /// What is said of the text on the screen where it is so long that its attention is not held as a whole; nil where it is not.
  private var longText: String? { computesRows ? results[.shown]?.encoding.trace.longText : nil }

  /// Whether the text on the screen is so long that rows of its attention are computed as they are looked at.
  package var computesRows: Bool { results[.shown]?.encoding.trace.computesRows == true }

  /// Why an action comes to nothing with a text that is too long to hold all of its attention, in words; nil where it comes to
  /// something.
  private func obstacleOfLength(to action: Action) -> String? {
    guard let longText, wantedModel == loadedModel else { return nil }
    var after = self
    fold(&after, action)
    guard after.wantedModel == wantedModel, after.request == request else { return nil }
    let (before, wanted) = (exploration, after.exploration)
    let shows =
      wanted.joinsWords && !before.joinsWords || wanted.showsAttribution && !before.showsAttribution
      || wanted.showsNorms && !before.showsNorms
    return shows ? longText : nil
  }

  /// Why an action comes to nothing with what is shown, in words. Where attention comes from a file, what would have to be computed is
  /// not. Nil where it comes to something.
  func obstacle(to action: Action) -> String? {
    guard let recorded = model.recorded else { return obstacleOfLength(to: action) }
    guard wantedModel == loadedModel else { return nil }
    var after = self
    fold(&after, action)
    guard after.wantedModel == wantedModel else { return nil }
    let (before, wanted) = (request, after.request)
    if wanted.texts != before.texts || wanted.pair != before.pair {
      return "the sentence cannot be changed: what is shown is attention from a file"
    }
    if wanted.padTo != before.padTo || wanted.padSide != before.padSide || wanted.maskMode != before.maskMode
      || wanted.maskEdits != before.maskEdits || wanted.replacedTokens != before.replacedTokens
      || wanted.ablations != before.ablations
    {
      return "nothing can be computed anew: what is shown is attention from a file"
    }
    let (hides, joins) = (
      after.exploration.interventions.hidden != exploration.interventions.hidden
        || after.exploration.interventions.filter != exploration.interventions.filter,
      after.exploration.joinsWords && !exploration.joinsWords
    )
    if recorded.isCross, hides || joins { return recorded.obstacle(to: .oneSentence) }
    if recorded.isReadInParts, hides || joins { return recorded.obstacle(to: .allProbabilities) }
    if after.exploration.showsAttribution, !exploration.showsAttribution { return recorded.obstacle(to: .model) }
    if after.exploration.showsNorms, !exploration.showsNorms {
      return "this needs the weights behind the values; what is shown is attention from a file"
    }
    return nil
  }
}

extension Resolution {
  /// The same, or why it comes to nothing where attention comes from a file, or a text is too long.
  func possible(in state: State) -> Resolution {
    guard state.model.recorded != nil || state.computesRows, case .action(let action) = self,
      let obstacle = state.obstacle(to: action)
    else {
      return self
    }
    return .refused(obstacle)
  }
}
