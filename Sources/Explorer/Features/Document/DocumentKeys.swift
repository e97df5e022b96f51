import UserInput

/// What a key can mean to the running text beside a head.
enum DocumentCommand: FeatureCommand {
  case switchText

  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution {
    if state.exploration.document.isShown { return .action(.document(.show(false))) }
    guard screen.hasRoomForText else {
      return .refused(
        screen.isPresented
          ? "there is no room for the text before a class here; a larger terminal has it, or P goes back"
          : "there is no room for the text here; a terminal of 60 columns and 10 rows has it")
    }
    return .action(.document(.show(true)))
  }
}

extension KeyBinding {
  /// Whether it is of use with texts that are longer than a sentence: with others, it is hinted at where it is in use only.
  package var isForDocuments: Bool {
    command.of(DocumentCommand.self) != nil || command.of(SegmentsCommand.self) != nil
  }

  static let documents: [KeyBinding] = [
    KeyBinding(
      .feature(DocumentCommand.switchText), .picture, [.view(.head)], [.character("T")],
      "the text beside the head, shaded by what the marked query gives to each word", hint: "text")
  ]
}

extension State {
  /// Whether what is shown is longer than a sentence, or is being read as something that is.
  package var isDocument: Bool {
    exploration.document.isShown || exploration.segments.unit != nil
      || tokenComputation?.encoding.input.realCount ?? 0 > Self.mostOfSentence
  }

  private static let mostOfSentence = 40
}
