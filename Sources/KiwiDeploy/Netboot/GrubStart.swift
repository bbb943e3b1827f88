import KiwiToolbox

/// The first configuration in GRUB for UEFI: what finds the menu.
///
/// GRUB 2.06 does not know the server after UEFI HTTP boot, and takes the wrong one when a proxy has named the loader. The
/// address therefore stands in the program, in a place of fixed length that is written again when it changes. GRUB's
/// parser at this moment knows no conditions.
enum GrubStart {
    private static let mark = "set kiwi_server="
    /// Longer addresses are refused by ``NetbootAddresses``.
    static let room = 64

    /// The configuration that is built in.
    static let text = """
        net_bootp
        \(mark)\(place(NetbootAddresses.unknown.server))
        set root=(tftp,$kiwi_server)
        set prefix=(tftp,$kiwi_server)/boot/grub
        configfile $prefix/grub.cfg

        """

    private static func place(_ server: String) -> String {
        server + String(repeating: " ", count: max(0, room - server.utf8.count))
    }

    /// The program with another address; nil when it has no place for one.
    static func patched(_ program: [UInt8], server: String) -> [UInt8]? {
        let mark = Array(mark.utf8)
        guard server.utf8.count <= room, let found = program.firstRange(of: mark),
            found.upperBound + room < program.count, program[found.upperBound + room] == 10
        else { return nil }
        var result = program
        result.replaceSubrange(found.upperBound..<found.upperBound + room, with: place(server).utf8)
        return result
    }

    /// Writes the address into the program of a tree.
    static func patch(_ file: String, server: String) throws {
        guard FileSystem.isRegularFile(file) else { return }
        let old = try FileSystem.readBytes(file, limit: 16 << 20)
        guard let new = patched(old, server: server), new != old else { return }
        let temporary = "\(FileSystem.parent(of: file))/.\(FileSystem.name(of: file)).new"
        try FileSystem.write(new, to: temporary)
        try FileSystem.rename(temporary, to: file)
    }
}
