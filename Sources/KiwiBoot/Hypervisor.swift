import KiwiDiagnostics

/// The Xen hypervisor of a tree.
enum Hypervisor {
    /// Its path inside the tree: the name KIWI looks for, else the newest one of the distribution.
    static func find(in tree: TreeReader, order: VersionOrder) -> String? {
        if tree.isFile("/boot/xen.gz") { return "/boot/xen.gz" }
        return tree.matches("/boot/xen-*.gz").filter { !$0.contains("-dbg") }
            .max { order.isOlder($0, $1) }
    }

    static func missing(_ packages: PackageNames, at position: Position?) -> Diagnostic {
        Diagnostic(
            "no-hypervisor", at: position, "the root tree has no Xen hypervisor (/boot/xen.gz)",
            remedy:
                "add \(packages.elements([packages.package("xen-hypervisor")])), or write xen_server=\"false\""
        )
    }
}
