import KiwiDiagnostics

/// One `<user>`; groups are the union over all sections of that name.
public struct User: Hashable, Sendable, Codable {
    public enum PasswordFormat: String, Sendable, Codable { case plain, encrypted }

    public struct Group: Hashable, Sendable, Codable {
        public var name: String
        public var id: Int?

        public init(name: String, id: Int? = nil) {
            self.name = name
            self.id = id
        }
    }

    public var position: Position?
    public var name: String
    public var password: String?
    public var passwordFormat: PasswordFormat
    public var home: String?
    public var realName: String?
    public var shell: String?
    public var id: Int?
    /// In the order of the description; the first is the primary group.
    public var groups: [Group]

    public init(
        position: Position? = nil, name: String, password: String? = nil,
        passwordFormat: PasswordFormat = .encrypted, home: String? = nil, realName: String? = nil,
        shell: String? = nil, id: Int? = nil, groups: [Group] = []
    ) {
        self.position = position
        self.name = name
        self.password = password
        self.passwordFormat = passwordFormat
        self.home = home
        self.realName = realName
        self.shell = shell
        self.id = id
        self.groups = groups
    }
}
