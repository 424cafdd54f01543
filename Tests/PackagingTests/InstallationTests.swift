import Foundation
import TestKit
import Testing

/// `make install` into a folder, as a package is built.
@Suite("The installation")
struct InstallationTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = TemporaryFolder()
    for program in ["tapd", "ledgerd", "tapctl"] {
      let path = try folder.write("#!/bin/sh\n", to: "built/\(program)")
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
  }

  private func install(_ more: String...) throws -> Tool.Outcome {
    let place = folder.url.path
    return try Tool.run(["scripts/install", "--binaries", "\(place)/built", "--destdir", "\(place)/image"] + more)
  }

  @Test("Everything has its place, and the units find the programs there")
  func places() throws {
    let outcome = try install("--prefix", "/usr/local")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let image = folder.url.appending(path: "image")
    let files = try FileManager.default.subpathsOfDirectory(atPath: image.path)
    let expected = [
      "etc/fedow-tap/ledgerd.toml", "etc/fedow-tap/tapd.toml", "usr/local/bin/ledgerd", "usr/local/bin/tapctl",
      "usr/local/bin/tapd", "usr/local/lib/modprobe.d/fedow-tap.conf", "usr/local/lib/systemd/system/ledgerd.service",
      "usr/local/lib/systemd/system/tapd.service", "usr/local/lib/sysusers.d/fedow-tap.conf",
      "usr/local/lib/udev/rules.d/95-fedow-tap.rules", "usr/local/share/bash-completion/completions/ledgerd",
      "usr/local/share/bash-completion/completions/tapctl", "usr/local/share/fish/vendor_completions.d/ledgerd.fish",
      "usr/local/share/fish/vendor_completions.d/tapctl.fish", "usr/local/share/man/man1/ledgerd.1",
      "usr/local/share/man/man1/tapctl.1", "usr/local/share/zsh/site-functions/_ledgerd",
      "usr/local/share/zsh/site-functions/_tapctl",
    ]
    var isFolder: ObjCBool = false
    let found = files.filter {
      FileManager.default.fileExists(atPath: image.appending(path: $0).path, isDirectory: &isFolder)
        && !isFolder.boolValue
    }
    #expect(found.sorted() == expected)
    for program in ["tapd", "ledgerd"] {
      let unit = try folder.read("image/usr/local/lib/systemd/system/\(program).service")
      #expect(unit.contains("ExecStart=/usr/local/bin/\(program) "))
    }
  }

  @Test("A configuration that was changed is kept, and the new default goes beside it")
  func keptConfiguration() throws {
    try folder.write("# mine\n", to: "image/etc/fedow-tap/tapd.toml")
    #expect(try install().status == 0)
    #expect(try folder.read("image/etc/fedow-tap/tapd.toml") == "# mine\n")
    #expect(try folder.read("image/etc/fedow-tap/tapd.toml.new").contains("data_directory"))
  }

  @Test("Without the programs nothing is installed")
  func notBuilt() throws {
    try FileManager.default.removeItem(at: folder.url.appending(path: "built/tapctl"))
    let outcome = try install()
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains("make build"))
    #expect(!FileManager.default.fileExists(atPath: folder.url.appending(path: "image").path))
  }
}
