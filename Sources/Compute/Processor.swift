import CProcessor

/// What there is to compute with.
public enum Processor {
  /// How many processors this program may run on.
  public static var count: Int { max(1, headscope_processors()) }

  /// What the fastest kernels are called that this processor can run: `baseline`, `AVX2` or `AVX-512`.
  public static var kernels: String { Kernels.best.name }
}
