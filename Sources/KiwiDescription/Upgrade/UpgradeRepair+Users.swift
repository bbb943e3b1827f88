import KiwiDiagnostics

extension UpgradeRepair {
    static let userRepairs: [UpgradeRepair] = [.before(6, 4, groups), .last(passwords)]

    /// The group of the section comes first, then the user's own ones.
    @Sendable private static func groups(_ image: inout Element, _ context: inout Context) {
        image.each("users") { section in
            guard let group = section.attribute("group") else { return }
            let id = section["id"].map(trimmed) ?? ""
            let isPlain = id.isEmpty || id.contains { !$0.isNumber } || group.value == "root"
            let first = isPlain ? group.value : group.value + ":" + id
            section.rewriteChildren("user") { user in
                let own = (user["groups"] ?? "").split(separator: ",").map { trimmed(String($0)) }
                let others = own.filter { $0 != group.value && !$0.isEmpty }
                user.set("groups", ([first] + others).joined(separator: ","), at: group.position)
            }
            section.drop(attributes: "group", "id")
        }
    }

    /// A user without a password could not log in.
    @Sendable private static func passwords(_ image: inout Element, _ context: inout Context) {
        image.rewriteChildren("users") { section in
            section.rewriteChildren("user") { user in
                guard user["password"] == nil else { return }
                context.replaced(
                    "the user '\(user["name"] ?? "")' has no password: nobody can log in with one",
                    at: user.position, "add password=\"HASH\"")
                user.set("password", "!", at: user.position)
            }
        }
    }
}
