import ArgumentParser

@main
struct Kiwi: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "kiwi", abstract: "Build operating-system images.")
}
