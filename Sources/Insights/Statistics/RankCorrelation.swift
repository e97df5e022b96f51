/// Spearman's rank correlation of two rows of numbers, number by number: Pearson's correlation of their ranks, where equal numbers
/// share the mean of the ranks that they take up together (Spearman 1904; ties as in Kendall 1948).
///
/// - Returns: from -1 to 1; nil where there are fewer than two numbers, where all numbers of a row are equal, where one is NaN, and
///   where the rows are not equally long.
public func rankCorrelation(_ a: [Double], _ b: [Double]) -> Double? {
  guard a.count == b.count, a.count > 1, !a.contains(where: \.isNaN), !b.contains(where: \.isNaN) else { return nil }
  let (ranksA, ranksB) = (ranks(a), ranks(b))
  // The ranks of every row have the same mean, ties or not.
  let mean = Double(a.count + 1) / 2
  var (aa, ab, bb) = (0.0, 0.0, 0.0)
  for (rankA, rankB) in zip(ranksA, ranksB) {
    aa += (rankA - mean) * (rankA - mean)
    ab += (rankA - mean) * (rankB - mean)
    bb += (rankB - mean) * (rankB - mean)
  }
  guard aa > 0, bb > 0 else { return nil }
  return min(max(ab / (aa * bb).squareRoot(), -1), 1)
}

/// The place of each number among all of them, 1 for the smallest; equal ones share the mean of their places.
func ranks(_ numbers: [Double]) -> [Double] {
  let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
  var result = [Double](repeating: 0, count: numbers.count)
  var first = 0
  while first < order.count {
    var end = first + 1
    while end < order.count, numbers[order[end]] == numbers[order[first]] { end += 1 }
    for place in order[first..<end] { result[place] = Double(first + 1 + end) / 2 }
    first = end
  }
  return result
}
