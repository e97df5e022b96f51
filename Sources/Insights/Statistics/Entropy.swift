import Activations

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The entropy of a row of probabilities in nats: −Σ p ln p, where 0 ln 0 is 0. NaN where any of them is.
public func entropy(of probabilities: [Float]) -> Double {
  var sum = 0.0
  for probability in probabilities where !(probability <= 0) {
    let p = Double(probability)
    sum -= p * log(p)
  }
  return sum
}
