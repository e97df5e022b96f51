import UserInput

/// What a key can mean to what is taken along: to the clipboard, or to a file.
enum TakeawayCommand: FeatureCommand {
  case copyNumber, copyRow, save

  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution {
    switch self {
    case .copyNumber, .copyRow:
      if state.encoding == nil, state.awaitsTokens { return .awaiting }
      guard let text = screen.copied(row: self == .copyRow) else {
        return .refused(self == .copyRow ? "there is no row of numbers here" : "no number is marked here")
      }
      return .control(.copy(text))
    case .save: return .control(.edit(LineEntry(.file, text: "\(state.fileStem).svg")))
    }
  }
}

extension Command {
  static func takeaway(_ command: TakeawayCommand) -> Command { .feature(command) }
}

extension KeyBinding {
  static let taking: [KeyBinding] = [
    KeyBinding(
      .takeaway(.copyNumber), .takeaway, KeyContext.views, [.character("y")],
      "copy the marked number to the clipboard (OSC 52)", hint: "copy"),
    KeyBinding(
      .takeaway(.copyRow), .takeaway, KeyContext.views, [.control("y")],
      "copy the marked row with its names, separated by tabs"),
    KeyBinding(
      .takeaway(.save), .takeaway, KeyContext.views, [.character("Y")],
      "save the picture as .svg, .html or .txt, or its numbers as .csv or .npz", hint: "save"),
  ]
}

extension State {
  /// What a file of what is on the screen is called: `headscope-head-L3-H7`.
  fileprivate var fileStem: String {
    let first = exploration.countFrom
    let isOfHead: Set<ViewID> = [.head, .steps, .mask, .compare]
    let place = isOfHead.contains(exploration.view) ? "-L\(head.layer + first)-H\(head.head + first)" : ""
    return "headscope-\(exploration.view.rawValue)\(place)"
  }
}
