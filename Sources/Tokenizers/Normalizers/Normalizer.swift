/// Rewrites the text before it is split.
indirect enum Normalizer: Sendable {
  case bert(BertNormalizer)
  case sequence([Normalizer])

  func normalize(_ text: inout NormalizedText) {
    switch self {
    case .bert(let normalizer): normalizer.normalize(&text)
    case .sequence(let normalizers): for normalizer in normalizers { normalizer.normalize(&text) }
    }
  }
}
