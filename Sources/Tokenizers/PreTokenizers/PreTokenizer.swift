/// Splits the normalized text into the pieces that the model gets.
indirect enum PreTokenizer: Sendable {
  case bert
  case sequence([PreTokenizer])

  func apply(to text: inout PreTokenizedText) {
    switch self {
    case .bert: text.split(BertPreTokenizer.split)
    case .sequence(let preTokenizers): for preTokenizer in preTokenizers { preTokenizer.apply(to: &text) }
    }
  }
}
