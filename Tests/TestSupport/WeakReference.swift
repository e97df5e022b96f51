/// An object that is not kept alive by this.
public struct WeakReference<Object: AnyObject> {
  /// Nil once nobody holds the object any more.
  public private(set) weak var object: Object?

  /// Does not hold the object.
  public init(_ object: Object?) { self.object = object }
}
