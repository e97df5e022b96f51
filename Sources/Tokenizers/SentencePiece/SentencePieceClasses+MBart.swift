extension SentencePieceClasses {
  private static let mbartLanguages = [
    "ar_AR", "cs_CZ", "de_DE", "en_XX", "es_XX", "et_EE", "fi_FI", "fr_XX", "gu_IN", "hi_IN", "it_IT", "ja_XX",
    "kk_KZ", "ko_KR", "lt_LT", "lv_LV", "my_MM", "ne_NP", "nl_XX", "ro_RO", "ru_RU", "si_LK", "tr_TR", "vi_VN",
    "zh_CN",
  ]
  private static let mbart50Languages =
    mbartLanguages + [
      "af_ZA", "az_AZ", "bn_IN", "fa_IR", "he_IL", "hr_HR", "id_ID", "ka_GE", "km_KH", "mk_MK", "ml_IN", "mn_MN",
      "mr_IN", "pl_PL", "ps_AF", "pt_XX", "sv_SE", "sw_KE", "ta_IN", "te_IN", "th_TH", "tl_XX", "uk_UA", "ur_PK",
      "xh_ZA", "gl_ES", "sl_SI",
    ]

  /// mBART, whose texts end with their language (`src_lang`, English where nothing is said), and mBART-50, whose texts begin with it.
  static func mbart(
    _ kind: TokenizerKind, _ file: SentencePieceFile, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) -> TokenizerAssembly {
    let isFifty = kind == .mbart50
    let languages = isFifty ? mbart50Languages : mbartLanguages
    var defaults = [SpecialTokenRole: AddedToken].roberta
    defaults[.mask] = .special("<mask>", lstrip: true)
    if isFifty { defaults[.bos] = nil }
    let named = TokenizerAssembly.named(defaults, configuration)
    func piece(_ role: SpecialTokenRole) -> SentencePieceFile.Scored {
      ((named[role] ?? defaults[role])?.content ?? "", 0)
    }
    let pieces: [SentencePieceFile.Scored] =
      [piece(isFifty ? .cls : .bos), piece(.pad), piece(.eos), piece(.unk)] + file.scored.dropFirst(3)
      + languages.map { ($0, 0) } + [piece(.mask)]
    var assembly = TokenizerAssembly(
      try file.unigram(pieces, unknownID: 3), named, configuration, file: file.path)
    if isFifty {
      let spaces = Normalizer.replace(try VocabularyFiles.pattern(" {2,}", file.path), content: [0x20])
      assembly.pipeline.normalizer = .sequence((file.rules.map { [.precompiled($0)] } ?? []) + [spaces])
    }
    assembly.pipeline.preTokenizer = isFifty ? metaspace(.always) : .sequence([.whitespaceSplit, metaspace(.always)])
    let codes = languages.map { AddedToken.special($0) }
    try assembly.addTokens(additional: isFifty ? file.addedTokens + codes : codes + file.addedTokens)
    let language = try configuration.settings.string("src_lang", default: "en_XX")
    guard let id = assembly.pipeline.id(of: language) else {
      throw configuration.settings.error("src_lang", expected: "one of the languages of the tokenizer, such as en_XX")
    }
    let code = TemplateProcessing.Part.special([id], typeID: 0)
    let (start, end) = isFifty ? ([code], [try assembly.special(.eos)]) : ([], [try assembly.special(.eos), code])
    assembly.pipeline.postProcessor = .template(
      TemplateProcessing(
        single: start + [.sequence(0, typeID: 0)] + end,
        pair: start + [.sequence(0, typeID: 0), .sequence(1, typeID: 0)] + end))
    return assembly
  }
}
