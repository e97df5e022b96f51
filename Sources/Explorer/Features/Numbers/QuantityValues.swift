import Activations
import Insights
import Support

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension State {
  /// The number anew, from what is shown now; nil while that is being computed.
  ///
  /// - Throws: why there is no such number, in words.
  public func value(of quantity: Quantity) throws(QuantityFailure) -> Double? {
    try plainValue(of: quantity).map(quantity.compared)
  }

  private func plainValue(of quantity: Quantity) throws(QuantityFailure) -> Double? {
    switch quantity.name {
    case .exp: return quantity.number(.of).map { exp($0) }
    case .sqrt: return quantity.number(.of)?.squareRoot()
    case .accuracy, .accuracyFrom, .accuracyLearnt, .accuracyWithout, .updated, .changedHeads, .headChange,
      .changedMost:
      return try trained(quantity)
    case .corpus, .baseline: return try surveyed(quantity)
    case .paddingEffect: return presentComputation.map { Double($0.paddingEffect?.attention ?? 0) }
    case .effect: return presentComputation.map { Double($0.interventionEffect?.attention ?? 0) }
    case .outputEffect: return presentComputation.map { Double($0.interventionEffect?.hidden ?? 0) }
    default:
      guard let first = try encoding(quantity[.in]) else { return nil }
      guard let second = quantity[.keyIn] == nil ? first : try encoding(quantity[.keyIn]) else { return nil }
      return try QuantityReader(quantity, self, first, second).value()
    }
  }

  /// What is asked of a picture; nil while it is being computed.
  private func encoding(_ name: String?) throws(QuantityFailure) -> Encoding? {
    guard let shown = presentComputation else { return nil }
    switch name {
    case nil: return shown.encoding
    case "A":
      guard exploration.pictureA != nil else { throw QuantityFailure("no picture was put aside") }
      return present(.pictureA)
    case "before":
      guard untrainedModel != nil else { throw QuantityFailure("nothing was trained") }
      return present(.untrained)
    case let name?:
      guard let sentence = Int(decimal: name), shownTexts.indices.contains(sentence) else {
        throw QuantityFailure("'\(name)' is none of A, before, and 0 to \(shownTexts.count - 1)")
      }
      if sentence == shownSentence { return shown.encoding }
      guard sentence == (shownSentence + 1) % shownTexts.count else {
        throw QuantityFailure("of a batch, only the sentence that is shown and the next one are computed")
      }
      return present(.other)
    }
  }

  private func present(_ slot: Slot) -> Encoding? {
    guard let result = results[slot], result.id == asked[slot]?.id else { return nil }
    return result.encoding
  }

  /// Whether a number that is told needs another sentence of the batch.
  var quotesOtherSentence: Bool {
    playback?.quantities.contains { quantity in
      quantity.pictures.contains { Int(decimal: $0).map { $0 != shownSentence } ?? false }
    } ?? false
  }

  // MARK: Training

  private func trained(_ quantity: Quantity) throws(QuantityFailure) -> Double? {
    guard exploration.training.run != nil else { throw QuantityFailure("nothing was trained") }
    guard let learning, learning.isAtRest else { return nil }
    switch quantity.name {
    case .accuracy: return learning.heldOut.last?.accuracy
    case .accuracyFrom:
      guard let last = learning.heldOut.last else { return nil }
      return learning.heldOut.reversed().prefix { $0.accuracy == last.accuracy }.last.map { Double($0.step) }
    case .accuracyLearnt:
      // Of the last ten steps.
      let points = learning.points.suffix(10)
      return points.isEmpty ? nil : points.map(\.accuracy).reduce(0, +) / Double(points.count)
    case .accuracyWithout: return performance?.off.accuracy
    case .updated: return learning.facts.map { Double($0.trained) }
    case .changedHeads: return shownChange.map { Double($0.changed) }
    case .headChange: return meanChanges.flatMap { $0.element(quantity.count(.layer) ?? head.layer) }
    case .changedMost:
      guard let changes = meanChanges, let largest = changes.max() else { return nil }
      return changes.firstIndex(of: largest).map(Double.init)
    default: return nil
    }
  }

  /// How far the heads of each layer have changed, in the mean.
  private var meanChanges: [Double]? {
    shownChange?.heads.map { heads in heads.map(\.distance).reduce(0, +) / Double(max(heads.count, 1)) }
  }
}

extension Array {
  fileprivate func element(_ index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
