import Glibc
import JSON
import Support
import Training

/// The log of a training: a line of JSON for each step, which can be read as soon as the step is taken.
final class TrainingLog {
  private let path: String
  private let descriptor: Int32

  init(_ path: String) throws(FileError) {
    self.path = path
    descriptor = uninterrupted { open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666) }
    guard descriptor >= 0 else { throw FileError(path, .cannotWrite(errno)) }
  }

  deinit { close(descriptor) }

  func write(_ step: TrainingStep, _ evaluation: Evaluation?, seconds: Duration) throws(FileError) {
    var line = JSONObject()
    line["step"] = .integer(step.step)
    line["loss"] = .number(step.loss)
    line["learning_rate"] = .number(step.learningRate)
    line["accuracy"] = .number(step.accuracy)
    line["seconds"] = .number(seconds.seconds)
    if let evaluation {
      line["test_accuracy"] = .number(evaluation.accuracy)
      line["test_loss"] = .number(evaluation.loss)
    }
    try Files.write(Array((JSONValue.object(line).serialized() + "\n").utf8), to: descriptor, path: path)
  }

  /// Throws what the system has kept back about lines that were written.
  func finish() throws(FileError) { try Files.checkWritten(descriptor, path: path) }
}
