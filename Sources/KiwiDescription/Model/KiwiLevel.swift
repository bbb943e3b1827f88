/// The level of KIWI that this program is compatible with.
public enum KiwiLevel {
    /// What `--version` prints and containers name as their maker; scripts compare it.
    public static let compatible = "11.1.6"
}
