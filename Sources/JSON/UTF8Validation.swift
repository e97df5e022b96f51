/// The place of the first byte that does not belong to well-formed UTF-8 (Unicode standard, table 3-7); nil if all does.
func firstInvalidUTF8(in bytes: UnsafeRawBufferPointer) -> Int? {
  do throws(UTF8.ValidationError) {
    _ = try UTF8Span(validating: bytes.assumingMemoryBound(to: UInt8.self).span)
    return nil
  } catch {
    return error.byteOffsets.lowerBound
  }
}
