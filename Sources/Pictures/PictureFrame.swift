import Canvas
import UserInput

/// A picture at a moment, in a series of them.
public struct PictureFrame: Sendable, Equatable {
  /// Seconds since the start.
  public var time: Double
  /// What the screen shows from this moment on.
  public var canvas: Canvas
  /// The title of a mark that stands here. Untrusted.
  public var mark: String?
  /// What is said beside the picture. Untrusted.
  public var note: String?

  /// A frame at `time` seconds since the start; a mark or a note of nil says that there is none.
  public init(time: Double, canvas: Canvas, mark: String? = nil, note: String? = nil) {
    self.time = time
    self.canvas = canvas
    self.mark = mark
    self.note = note
  }
}

/// Pictures as they come, one after the other: of one size, in the order of time, and none that only repeats the last.
public struct PictureSequence: Sendable {
  /// The size in cells that every picture has.
  public let size: Size
  /// Seconds from the start to the end, which may come after the last picture.
  public private(set) var duration = 0.0
  private var last: PictureFrame?

  /// An empty sequence for pictures of one size; a side longer than a canvas may have is cut.
  public init(size: Size) { self.size = Canvas(size: size).size }

  /// The picture to show; nil where the one that is shown stays. One of another size is left out; a time before the last
  /// one is taken for the same moment.
  public mutating func take(_ frame: PictureFrame) -> PictureFrame? {
    guard frame.canvas.size == size else { return nil }
    var frame = frame
    frame.time = max(frame.time.isFinite ? frame.time : 0, duration)
    duration = frame.time
    if let last, frame.mark == nil, frame.note == nil || frame.note == last.note, frame.canvas == last.canvas {
      return nil
    }
    last = frame
    return frame
  }
}

/// A short series of pictures, all in memory.
public struct PictureSeries: Sendable {
  /// What the series shows. Untrusted.
  public let title: String
  /// The pictures that were taken, in the order of time.
  public private(set) var frames: [PictureFrame] = []
  private var sequence: PictureSequence

  /// - Parameter title: untrusted.
  public init(title: String, size: Size) {
    self.title = title
    sequence = PictureSequence(size: size)
  }

  /// The size in cells that every picture has.
  public var size: Size { sequence.size }
  /// Seconds from the start to the end, which may come after the last picture.
  public var duration: Double { sequence.duration }

  /// Adds a frame at the end, unless it is of another size or only repeats the last one.
  public mutating func append(_ frame: PictureFrame) {
    if let frame = sequence.take(frame) { frames.append(frame) }
  }
}
