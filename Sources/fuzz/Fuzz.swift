import Fuzzing
import Glibc

// What libFuzzer calls; `scripts/fuzz` builds it, with a main function and coverage from the compiler.

/// The target that FUZZ_TARGET names, or nothing that could be fuzzed.
private let target: FuzzTarget = {
  let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let target = FuzzTarget(rawValue: name) else {
    say("FUZZ_TARGET is one of: \(FuzzTarget.allCases.map(\.rawValue).joined(separator: " "))")
    exit(64)
  }
  return target
}()

private func say(_ text: String) {
  let line = text + "\n"
  _ = write(STDERR_FILENO, line, line.utf8.count)
}

/// One input. A broken property ends the process like a trap, so that libFuzzer keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do throws(Finding) {
    try target.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
  } catch {
    say("FINDING in \(target.rawValue): \(error)")
    abort()
  }
}
