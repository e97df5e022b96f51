import UserInput

/// What a key can mean to attribution.
enum AttributionCommand: FeatureCommand {
  case switchOn, next, previous

  var needsModel: Bool { true }

  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution {
    AttributionKeys(state: state).resolve(self)
  }
}

extension Command {
  static func attribution(_ command: AttributionCommand) -> Command { .feature(command) }
}

extension KeyContext {
  /// The views that attribution is seen in.
  static let attribution = AttributionFeature.views.map(KeyContext.view)
  fileprivate static let elsewhere = views.filter { !attribution.contains($0) }
}

extension KeyBinding {
  static let attributing: [KeyBinding] = binding(KeyContext.attribution, hint: "dy/dp") + binding(KeyContext.elsewhere)

  /// Elsewhere, these keys say where they have a meaning.
  private static func binding(_ contexts: [KeyContext], hint: String? = nil) -> [KeyBinding] {
    [
      KeyBinding(
        .attribution(.switchOn), .attribution, contexts, [.character("d")],
        "attention p, or its part in a number y: (p dy/dp)+; importance of heads", hint: hint),
      KeyBinding(
        .attribution(.next), .attribution, contexts, [.character("D")],
        "what y is: a label, a token at [MASK], the cosine of two sentences"),
      KeyBinding(.attribution(.previous), .attribution, contexts, [.alt("d")], "the y before"),
    ]
  }
}

/// Resolves these commands in a state.
struct AttributionKeys {
  let state: State

  func resolve(_ command: AttributionCommand) -> Resolution {
    guard AttributionFeature.views.contains(state.view) else {
      return .refused("how a number follows from the attention is shown in Grid, Head, Heads and Flow")
    }
    return switch command {
    case .switchOn: .action(.attribution(.show(!state.exploration.attribution.isOn)))
    case .next: another(1)
    case .previous: another(-1)
    }
  }

  /// What the model predicts, then everything else that y can be.
  private func another(_ step: Int) -> Resolution {
    guard let task = state.attributionTask else {
      return .refused("nothing is attributed; d shows how a number y follows from the attention")
    }
    let chosen = state.exploration.attribution.target
    guard let attribution = state.attribution else {
      // What was chosen is not there for this sentence: back to what is.
      if let reason = state.noAttribution {
        return chosen == nil ? .refused(reason) : .action(.attribution(.target(nil)))
      }
      return .awaitingFindings(Analysis(task), in: state, "y is not known")
    }
    let targets = [nil] + attribution.choices.map(Optional.some)
    guard targets.count > 2 || chosen != nil else {
      return .refused(
        "y can be nothing else here: a label wants a prediction layer, a token [MASK] and its head, a cosine another sentence"
      )
    }
    let place = targets.firstIndex(of: chosen) ?? 0
    return .action(.attribution(.target(targets[(place + step + targets.count) % targets.count])))
  }
}
