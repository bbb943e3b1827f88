import Foundation
import KiwiImage
import KiwiToolbox

extension CreateOptions.Owner {
    /// Results belong to the person who called sudo; nil when nobody did.
    static var caller: CreateOptions.Owner? {
        let environment = ProcessInfo.processInfo.environment
        guard Caller.current.isRoot, let user = environment["SUDO_UID"].flatMap(Int.init),
            let group = environment["SUDO_GID"].flatMap(Int.init)
        else { return nil }
        return CreateOptions.Owner(user: user, group: group)
    }
}
