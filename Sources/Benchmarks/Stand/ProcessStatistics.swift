import Foundation

/// What Linux says of a process (proc(5)).
struct ProcessStatistics {
  let id: Int32

  /// Resident memory, in MB of 1024 × 1024 bytes.
  var residentMegabytes: Double {
    get throws {
      let status = try String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
      guard let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Double($0) }) else {
        throw BenchError("/proc/\(id)/status has no VmRSS")
      }
      return kilobytes / 1024
    }
  }

  /// Time on a core so far, in seconds.
  var processorSeconds: Double {
    get throws {
      let line = try String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)
      // The second field, the name in parentheses, may hold spaces; user and system time are the 14th and 15th.
      guard let end = line.lastIndex(of: ")") else { throw BenchError("/proc/\(id)/stat is not as expected") }
      let fields = line[end...].split(separator: " ")
      guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else {
        throw BenchError("/proc/\(id)/stat is not as expected")
      }
      return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
  }
}
