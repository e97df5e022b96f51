import Glibc

/// eˣ
func exponential(_ x: Double) -> Double { exp(x) }

/// ln x
func logarithm(_ x: Double) -> Double { log(x) }

/// The cosine of an angle in radians.
func cosine(_ x: Double) -> Double { cos(x) }
