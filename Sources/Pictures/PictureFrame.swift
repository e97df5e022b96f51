import Canvas

/// A picture at a moment, in a series of them.
public struct PictureFrame: Sendable, Equatable {
  /// Seconds since the start.
  public var time: Double
  public var canvas: Canvas
  /// The title of a mark that stands here. Untrusted.
  public var mark: String?
  /// What is said beside the picture. Untrusted.
  public var note: String?

  public init(time: Double, canvas: Canvas, mark: String? = nil, note: String? = nil) {
    self.time = time
    self.canvas = canvas
    self.mark = mark
    self.note = note
  }
}

/// Pictures in the order in which they were on the screen. One that repeats the last is not there twice.
public struct PictureSeries: Sendable {
  public let title: String
  public let size: Size
  public private(set) var frames: [PictureFrame] = []
  /// Seconds from the start to the end, which may come after the last picture.
  public private(set) var duration = 0.0

  /// - Parameter title: untrusted.
  public init(title: String, size: Size) {
    self.title = title
    self.size = Canvas(size: size).size
  }

  /// Adds a picture. One of another size is left out; a time before the last one is taken for the same moment.
  public mutating func append(_ frame: PictureFrame) {
    guard frame.canvas.size == size else { return }
    var frame = frame
    frame.time = max(frame.time.isFinite ? frame.time : 0, duration)
    duration = frame.time
    guard let last = frames.last, frame.mark == nil, frame.note == nil || frame.note == last.note,
      frame.canvas == last.canvas
    else {
      frames.append(frame)
      return
    }
  }
}
