import Canvas
import Support

/// The files that come with the program: its terminal description and its colour scales.
public enum Assets {
  /// The folder they lie in; nil if there is none.
  ///
  /// Looked for in this order: `$HEADSCOPE_ASSETS`; `share/headscope/assets` of the prefix that the program is installed in
  /// (for `<prefix>/bin/headscope`); `assets` beside the program and in every folder above it, which finds the sources' own
  /// when the program has just been built.
  /// - Parameter executable: the program's path, absolute and without links; nil asks the system.
  public static func folder(executable: String? = nil, environment: Environment = .process) -> String? {
    if let chosen = environment["HEADSCOPE_ASSETS"] { return Files.isFolder(chosen) ? chosen : nil }
    guard let program = executable ?? Files.resolved("/proc/self/exe"), program.hasPrefix("/") else { return nil }
    var folder = Files.parent(of: program)
    let installed = "\(Files.parent(of: folder))/share/headscope/assets"
    if isAssets(installed) { return installed }
    while true {
      let candidate = folder == "/" ? "/assets" : "\(folder)/assets"
      if isAssets(candidate) { return candidate }
      if folder == "/" { return nil }
      folder = Files.parent(of: folder)
    }
  }

  /// The colour scales in the folder, the default one first; grey alone if there are none.
  /// - Parameter problem: is called with one line for every file that cannot be used.
  public static func colorScales(in folder: String?, problem: (String) -> Void = { _ in }) -> [ColorScale] {
    guard let folder else { return [.grey] }
    let ending = ".scale"
    var files: [ColorScaleFile] = []
    for name in Files.list("\(folder)/scales") where name.hasSuffix(ending) {
      let path = "\(folder)/scales/\(name)"
      guard let bytes = Files.read(path, limit: 1 << 20) else {
        problem("\(visible(path)): the colour scale cannot be read, or is longer than 1 MB; it is left out")
        continue
      }
      do throws(ColorScaleError) {
        let text = String(decoding: bytes, as: UTF8.self)
        files.append(try ColorScaleFile(parsing: text, id: String(name.dropLast(ending.count)), file: path))
      } catch {
        problem("\(error.description); the colour scale is left out")
      }
    }
    files.sort { ($0.order, $0.scale.id) < ($1.order, $1.scale.id) }
    return files.isEmpty ? [.grey] : files.map(\.scale)
  }

  /// Other programs have folders of that name, too: ours holds the terminal description.
  private static func isAssets(_ folder: String) -> Bool { Files.exists("\(folder)/headscope.terminfo") }
}
