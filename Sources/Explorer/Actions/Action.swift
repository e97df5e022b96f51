import Activations

/// Something that a person did, as what it means and not as the key that was pressed: rebinding a key or resizing a
/// terminal does not change what a recorded action says. A session is a list of these.
public enum Action: Sendable, Equatable {
  /// Take the last change of the exploration back; bring it again.
  case undo
  case redo
  /// Everything as a new exploration has it; the model stays.
  case reset
  /// What was done so far is what one begins with: it cannot be taken back.
  case begin

  /// The batch to look at, and the second text of each, if any.
  case texts([String], pair: String?)
  /// Which sentence of the batch is shown, from 0.
  case selectSentence(Int)

  /// The sentence prompt opens on the sentences of the batch, one a line.
  case openPrompt
  /// The text in the prompt, and the cursor as a number of characters before it.
  case type(String, cursor: Int)
  /// A change of a long text in the prompt: `Action.typing` says which of the two it is.
  case edit(TextEdit)
  /// The prompt goes over to the second text, or back to the sentences.
  case switchText
  /// The prompt closes and the typed text stays.
  case keepText
  /// The prompt closes and the text from before comes back.
  case restoreText

  case show(ViewID)
  case selectHead(HeadIndex)
  /// The crosshair, by position.
  case selectPair(query: Int, key: Int)
  case zoom(Zoom)

  /// Padding to a number of positions; nil switches it off.
  case pad(to: Int?)
  case padSide(PadSide)
  case mask(MaskMode)

  /// The colour scale, by its name.
  case colors(String)
  /// One scale of intensity for all heads, or one for each.
  case range(IntensityRange)
  /// Whether layers, heads and positions are counted from 0 or from 1 on the screen.
  case countFrom(Int)

  case heads(HeadsAction)
  /// What is changed by hand: the mask, tokens, heads, and what is hidden from the picture.
  case lever(LeverAction)
  /// In the view of steps.
  case steps(StepsAction)
  /// In the view of the mask.
  case maskView(MaskViewAction)
  case compare(CompareAction)
  case words(WordsAction)
  case flow(FlowAction)
  /// The list of what looks odd.
  case diagnosis(DiagnosisAction)

  case openHelp
  case scrollHelp(Int)
  case openModels
  /// The line of the list of models that is marked.
  case markModel(Int)
  /// Work on with another model.
  case loadModel(String)
  /// Help or the list of models closes.
  case closeOverlay
}

extension Action {
  /// Up to so many bytes, the whole text is said with every change, which everybody can read.
  private static let longestRetold = 1000

  /// What is typed into the prompt: the whole text, or what changes in a long one.
  static func typing(from old: EditedText, to new: EditedText) -> Action {
    if new.text.utf8.count > longestRetold {
      let edit = TextEdit(from: old, to: new)
      if edit.text.utf8.count < new.text.utf8.count / 2 { return .edit(edit) }
    }
    return .type(new.text, cursor: new.cursor)
  }
}

/// How large the cells of the head view are.
public enum Zoom: Sendable, Hashable {
  /// The largest at which the whole matrix is on the screen.
  case fit
  /// A step from `Zoom.steps`, whatever it takes in scrolling.
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
