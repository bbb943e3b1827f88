/// Options of the kernel's command line.
public enum KernelOptions {
    /// What menu entries called "Failsafe" add: no power saving, no graphics driver, runlevel 3
    /// (as KIWI's menus have them).
    public static let failsafe = ["ide=nodma", "apm=off", "noresume", "edd=off", "nomodeset", "3"]
}
