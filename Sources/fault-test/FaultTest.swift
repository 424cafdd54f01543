@main
struct FaultTest {
  static func main() {}
}
