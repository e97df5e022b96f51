/// What the explorer can do: everything that belongs to a feature is in its folder, and it is listed here once.
enum Features {
  /// The actions of all features.
  static let actions: [any FeatureAction.Type] = [
    SentenceAction.self, NavigationAction.self, PaddingAction.self, PictureAction.self, ModelsAction.self,
    HelpAction.self, AttributionAction.self, LinesAction.self, DocumentAction.self, SegmentsAction.self,
    PlacesAction.self, TourAction.self,
    SurveyAction.self,
    HeadsAction.self, InterventionAction.self, StepsAction.self, MaskViewAction.self, CompareAction.self,
    WordsAction.self, FlowAction.self, DiagnosisAction.self, TrainingAction.self,
  ]

  /// All keys, in the order of hints.
  static let keys: [KeyBinding] =
    KeyBinding.first + KeyBinding.stepping + KeyBinding.finding + KeyBinding.masking + KeyBinding.padding
    + KeyBinding.interventions
    + KeyBinding.moving + KeyBinding.viewing + KeyBinding.heads + KeyBinding.surveying + KeyBinding.comparing
    + KeyBinding.flowing
    + KeyBinding.attributing + KeyBinding.training + KeyBinding.lining + KeyBinding.documents + KeyBinding.segmenting
    + KeyBinding.picturing + KeyBinding.diagnosing
    + KeyBinding.running + KeyBinding.keeping + KeyBinding.choosing + KeyBinding.taking
    + KeyBinding.touring
    + KeyBinding.typing
    + KeyBinding.presenting + KeyBinding.replaying
}

extension KeyBinding {
  /// The groups of keys, in the order of the help screen.
  public enum Group: String, Sendable, CaseIterable {
    case move = "Move about"
    case views = "Views"
    case sentence = "Sentence"
    case padding = "Padding and mask"
    case heads = "Numbers of heads"
    case survey = "Numbers of a corpus"
    case interventions = "By hand"
    case compare = "Comparing"
    case flow = "Flow and lengths"
    case attribution = "Attribution"
    case training = "Training"
    case picture = "Picture"
    case takeaway = "Take it with you"
    case steps = "Steps"
    case mask = "Mask"
    case diagnosis = "What looks odd"
    case program = "Program"
    case typing = "While typing"
    case choosing = "In the list of keys, and of marks"
    case presenter = "Before a class"
    case session = "Sessions"
    case replay = "In a replay"
  }
}
