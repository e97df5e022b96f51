/// How often a sentence is drawn in each replicate of the bootstrap: a Poisson number of mean 1, which needs to know nothing of the
/// other sentences (Hanley and MacGibbon 2006; Chamandy et al. 2012). Drawn from the sentence's hash, so that parts that are
/// computed apart agree.
public enum BootstrapWeights {
  /// How many replicates there are.
  public static let replicates = 200

  /// ⌊2⁶⁴ · P(X ≤ k)⌋ of the Poisson distribution of mean 1, for k = 0, 1, ...
  private static let thresholds: [UInt64] = [
    0x5E2D_58D8_B3BC_DF1A, 0xBC5A_B1B1_6779_BE35, 0xEB71_5E1D_C158_2DC2, 0xFB23_9797_34A2_52F1,
    0xFF10_25F5_9174_DC3D, 0xFFD9_0F3B_A405_5E19, 0xFFFA_8B71_FC72_C913, 0xFFFF_540C_0914_B3C9,
    0xFFFF_ED1F_4AA8_F120, 0xFFFF_FE21_6E64_1462, 0xFFFF_FFD4_D85D_3183, 0xFFFF_FFFC_6DA2_62B4,
  ]

  /// The largest weight that there is.
  public static let largest = 12

  /// The weights of a sentence, one a replicate: how many of the thresholds its draw reaches.
  public static func weights(of hash: SentenceHash) -> [UInt8] {
    (0..<replicates).map { replicate in
      let draw = hash.draw(replicate)
      var weight: UInt8 = 0
      while Int(weight) < thresholds.count, draw >= thresholds[Int(weight)] { weight += 1 }
      return weight
    }
  }
}
