/// An object that is not kept alive by this.
public struct WeakReference<Object: AnyObject> {
  public private(set) weak var object: Object?

  public init(_ object: Object?) { self.object = object }
}
