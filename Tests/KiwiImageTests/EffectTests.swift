import KiwiDiagnostics
import KiwiImage
import Testing

@testable import KiwiDescription

@Suite struct EffectTests {
    /// Nothing of a type that can be built is silently ignored, and nothing that is said to be
    /// without effect has one.
    @Test(arguments: Schema.imageTypes)
    func everyAttributeCountsOrIsSaidNotTo(_ image: String) throws {
        guard ImagePlanners.imageTypes.contains(image) else {
            // Without a builder nothing is ignored either: the build ends before it starts.
            #expect(throws: Failure.self) { try ImagePlanners.planner(for: ImageType(image: image)) }
            return
        }
        let verdicts = try EffectProbe(image: image).verdicts()
        #expect(verdicts.count > 200)
        for (place, verdict) in verdicts.sorted(by: { $0.key < $1.key }) {
            #expect(verdict != .ignored && verdict != .contradiction, "\(place): \(verdict)")
        }
    }

    /// The probe can tell all verdicts apart.
    @Test func theProbeWorks() throws {
        let iso = try EffectProbe(image: "iso").verdicts()
        #expect(iso["type@volid"] == .used)
        #expect(iso["type@luks"] == .refused)
        #expect(iso["type@installiso"] == .refused)
        #expect(iso["type@fsmountoptions"] == .reported)
        #expect(iso["type/machine@memory"] == .reported)
        #expect(iso["type/bootloader@timeout"] == .used)
    }
}
