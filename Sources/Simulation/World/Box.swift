/// A variable that closures share.
final class Box<Value>: @unchecked Sendable {
  // Unchecked because one thread alone touches it: the simulation's.
  var value: Value

  init(_ value: Value) { self.value = value }
}
