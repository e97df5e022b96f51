import Testing

@testable import Encoders

/// The expected numbers are those of `relative_position_bucket` and `make_log_bucket_position` in transformers.
@Suite struct RelativePositionTests {
  @Test("MPNet's distances fall into the buckets of the reference")
  func bucketsOfMPNet() {
    let starts = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91]
    for distance in 0...1024 {
      let bucket = starts.count { $0 <= distance }
      #expect(MPNet.bucket(keyMinusQuery: -distance) == bucket)
      #expect(MPNet.bucket(keyMinusQuery: distance) == (distance > 0 ? 16 : 0) + bucket)
    }
  }

  @Test(
    "DeBERTa's distances fall into the buckets of the reference",
    arguments: [
      (2, 20, [1]),
      (4, 512, [1, 2, 3, 512]),
      (6, 8, [1, 2, 3, 4, 5, 8, 11, 17, 25, 39, 59, 89, 136, 208, 317, 485, 740]),
      (
        16, 128, [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 18, 27, 39, 58, 86, 128, 189, 280, 416, 617, 916]
      ),
      (16, 512, [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 27, 48, 87, 156, 283, 512, 926]),
    ])
  func bucketsOfDeberta(buckets: Int, largest: Int, starts: [Int]) {
    for distance in 0...1024 {
      let bucket = starts.count { $0 <= distance }
      for sign in [1, -1] {
        let found = DisentangledAttention.bucket(
          queryMinusKey: sign * distance, buckets: buckets, largestPosition: largest)
        #expect(found == sign * bucket, "\(distance)")
      }
    }
  }

  @Test("as do those of the published DeBERTa v3, with 256 buckets for 512 positions")
  func bucketsOfPublishedDeberta() {
    func bucket(_ distance: Int) -> Int {
      DisentangledAttention.bucket(queryMinusKey: distance, buckets: 256, largestPosition: 512)
    }
    #expect(
      [128, 129, 130, 131, 132, 200, 511, 512, 1024].map(bucket) == [128, 129, 130, 131, 131, 169, 255, 256, 319])
    #expect((0...1024).reduce(0) { $0 + bucket($1) } == 236_640)
  }
}
