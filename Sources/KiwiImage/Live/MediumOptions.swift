import KiwiBoot

/// What a bootable ISO is apart from its content.
public struct MediumOptions: Sendable, Hashable {
    public var firmware: BootFirmware
    public var volumeID: String
    /// Empty: none.
    public var publisher: String
    /// nil: the mbrid.
    public var applicationID: String?

    public init(firmware: BootFirmware, volumeID: String, publisher: String, applicationID: String?) {
        self.firmware = firmware
        self.volumeID = volumeID
        self.publisher = publisher
        self.applicationID = applicationID
    }
}
