import UserInput

/// What keys mean in the view of the mask only.
enum MaskCommand: FeatureCommand {
  case nextPicture, switchOrder, switchWords

  // Only the view itself handles them.
  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution { .ignored }
}

extension Command {
  static func maskView(_ command: MaskCommand) -> Command { .feature(command) }
}

extension KeyBinding {
  static let masking: [KeyBinding] = [
    KeyBinding(
      .padding(.cycleMask), .mask, [.view(.mask)], [.character("m")], "next mask: keys, none, full, causal",
      hint: "mask"),
    KeyBinding(
      .maskView(.switchWords), .mask, [.view(.mask)], [.character("w")],
      "words and PAD only, or special tokens too (changes nothing but the picture)", hint: "words only"),
    KeyBinding(
      .maskView(.nextPicture), .mask, [.view(.mask)], [.character("v")], "S(query, key), its 0 and 1, or both",
      hint: "S, 0/1"),
    KeyBinding(
      .maskView(.switchOrder), .mask, [.view(.mask)], [.character("o")],
      "first query at the bottom, as in the lecture, or at the top", hint: "order"),
  ]
}
