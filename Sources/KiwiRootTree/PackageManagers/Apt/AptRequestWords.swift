import KiwiDescription

/// A request in the words of apt's command line.
struct AptRequestWords: Sendable, Hashable {
    /// Essential packages, apt and the bootstrap packages.
    var bootstrap: [String]
    /// The bootstrap words and everything else.
    var whole: [String]
    /// Names the description or the command line asks for.
    var named: Set<String>

    init(_ request: PackageRequest, without dropped: Set<String> = []) {
        let ignored = Set(request.system.ignore.map(\.value) + request.bootstrap.ignore.map(\.value))
        func names(_ packages: [Located<String>]) -> [String] {
            let wanted = Set(packages.map(\.value)).subtracting(dropped).subtracting(ignored)
            // apt takes the first alternative that fits unless another one was asked for before:
            // dracut comes first, so that a kernel does not pull initramfs-tools.
            return wanted.filter { $0.hasPrefix("dracut") }.sorted()
                + wanted.filter { !$0.hasPrefix("dracut") }.sorted()
        }
        func refusals(_ packages: [Located<String>]) -> [String] {
            Set(packages.map(\.value)).subtracting(dropped).sorted().map { $0 + "-" }
        }
        let first = names(request.bootstrap.packages)
        let second = names(request.system.packages).filter { !first.contains($0) }
        if request.update != nil {
            bootstrap = []
            whole = second
            named = Set(second.map { String($0.prefix { !"=/:".contains($0) }) })
            return
        }
        let base = ["?essential", "apt"]
        bootstrap = base + first.filter { $0 != "apt" } + refusals(request.bootstrap.ignore)
        whole = base + second.filter { $0.hasPrefix("dracut") } + first.filter { $0 != "apt" }
        whole += second.filter { !$0.hasPrefix("dracut") && $0 != "apt" }
        whole += refusals(request.bootstrap.ignore + request.system.ignore)
        named = Set((first + second).map { String($0.prefix { !"=/:".contains($0) }) } + ["apt"])
    }
}
