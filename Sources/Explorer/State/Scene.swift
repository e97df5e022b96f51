/// All of a state that follows from the actions alone. Going to any place of a session is folding its actions into a
/// scene, and computing what that scene asks for.
public struct Scene: Sendable, Equatable {
  /// Everything that was chosen.
  public var exploration: Exploration
  /// What `undo` goes back to, the newest last.
  public var past: [Exploration]
  /// What `redo` goes forward to, the nearest last.
  public var future: [Exploration]
  /// The open prompt; nil while it is closed.
  public var prompt: Prompt?
  /// The open line for a filter of heads; nil while it is closed.
  public var filterPrompt: TextField?
  /// Sentences that were typed before, oldest first.
  public var history: [String]
  /// The places that were kept with a mark or a note, oldest first.
  public var places: [KeptPlace]
  /// What lies over the view; nil where nothing does.
  public var overlay: Overlay?
  /// What the last action had to say.
  public var notice: String?
  var modelIsNews: Bool

  /// Whether both look the same and go on in the same way, whatever can be taken back.
  public func isLike(_ other: Scene) -> Bool {
    exploration == other.exploration && prompt == other.prompt && filterPrompt == other.filterPrompt
      && overlay == other.overlay
  }

  /// The same, with nothing to be taken back.
  public var withoutPast: Scene {
    var scene = self
    scene.past = []
    scene.future = []
    return scene
  }
}

extension State {
  /// What follows from the actions alone, as it is now.
  public var scene: Scene {
    Scene(
      exploration: exploration, past: past, future: future, prompt: prompt, filterPrompt: filterPrompt,
      history: history, places: places, overlay: overlay, notice: notice, modelIsNews: modelIsNews)
  }

  /// Goes to a scene; results stay until there are newer ones.
  mutating func show(_ scene: Scene) {
    exploration = scene.exploration
    past = scene.past
    future = scene.future
    prompt = scene.prompt
    filterPrompt = scene.filterPrompt
    history = scene.history
    places = scene.places
    overlay = scene.overlay
    notice = scene.notice
    modelIsNews = scene.modelIsNews
  }
}
