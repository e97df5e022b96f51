import Insights
import UserInput

/// What a key can mean to the flow, and to the length of what heads carry.
enum FlowCommand: FeatureCommand {
  case switchNorms, switchMeasure, switchPooling

  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution { FlowKeys(state: state).resolve(self) }
}

extension Command {
  static func flow(_ command: FlowCommand) -> Command { .feature(command) }
}

extension KeyContext {
  /// The views that can show ‖αf(x)‖.
  static let norms: [KeyContext] = [.view(.grid), .view(.head), .view(.flow)]
}

extension KeyBinding {
  static let flowing: [KeyBinding] = [
    KeyBinding(
      .flow(.switchMeasure), .flow, [.view(.flow)], [.character("v")],
      "rollout through all layers, or this layer alone",
      hint: "rollout/layer"),
    KeyBinding(
      .flow(.switchPooling), .flow, [.view(.flow)], [.character("o")],
      "heads made into one: their mean, or the largest",
      hint: "mean/maximum"),
    KeyBinding(
      .flow(.switchNorms), .flow, KeyContext.norms, [.character("w")],
      "attention p, or the length of what it carries, |p f(x)|", hint: "p/length"),
    KeyBinding(.zoomIn, .flow, [.view(.flow)], [.character("+"), .character("=")], "larger cells"),
    KeyBinding(.zoomOut, .flow, [.view(.flow)], [.character("-")], "smaller cells"),
    KeyBinding(.zoomFit, .flow, [.view(.flow)], [.character("0")], "the largest cells that fit"),
  ]
}

/// Resolves these commands in a state.
struct FlowKeys {
  let state: State

  func resolve(_ command: FlowCommand) -> Resolution {
    switch command {
    case .switchNorms: .action(.flow(.norms(!state.showsNorms)))
    case .switchMeasure:
      state.showsNorms
        ? .refused("lengths are those of one layer; w goes back to attention")
        : .action(.flow(.measure(state.flow.measure == .rollout ? .layer : .rollout)))
    case .switchPooling:
      state.showsNorms
        ? .refused("lengths are taken after the sum over the heads; w goes back to attention")
        : state.exploration.showsAttribution
          ? .refused("relevance takes the mean over the heads; d goes back to attention")
          : .action(.flow(.pooling(state.flow.pooling == .mean ? .maximum : .mean)))
    }
  }
}
