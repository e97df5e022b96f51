import Activations

/// What is done with a picture that is put aside to compare with.
public enum CompareAction: Sendable, Equatable {
  /// The present picture becomes A.
  case putAside
  /// There is no A any more.
  case forget
  case mode(CompareMode)
  case order(CompareOrder)
  /// Whether A stays at the head that it was put aside with.
  case keepHead(Bool)
}

extension State {
  mutating func perform(_ action: CompareAction) {
    switch action {
    case .putAside:
      exploration.reference = Reference(
        models: exploration.models, request: chosenRequest, head: exploration.head)
      exploration.compare.keepsHead = nil
      notice = "put aside as A; change anything: the Compare view shows what became of it"
    case .forget:
      exploration.reference = nil
      exploration.compare.keepsHead = nil
    case .mode(let mode): exploration.compare.mode = mode
    case .order(let order): exploration.compare.order = order
    case .keepHead(let keeps): exploration.compare.keepsHead = keeps
    }
  }
}
