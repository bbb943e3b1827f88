import KiwiTesting
import KiwiToolbox
import Testing

@testable import KiwiDescription
@testable import KiwiImage

@Suite struct XenGuestTests {
    @Test func settingsOfAGuest() throws {
        let image = try DiskSample.image(
            [],
            children: """
                <machine xen_loader="pygrub" memory="768" ncpus="2">
                <vmnic interface="xenbr0" mac="00:16:3e:00:00:01"/><vmnic interface=""/></machine>
                """)
        let guest = try #require(XenGuest(image, diskFile: "demo.x86_64-1.2.3.raw"))
        #expect(goldenDifference(guest.text, "xenconfig.txt") == nil)
    }

    @Test func otherLoaders() throws {
        func text(_ loader: String) throws -> String {
            let image = try DiskSample.image([], children: "<machine xen_loader=\"\(loader)\"/>")
            return try #require(XenGuest(image, diskFile: "d.raw")).text
        }
        #expect(try text("hvmloader").contains("type = \"hvm\"\n"))
        #expect(try text("pvgrub").contains("firmware = \"pvgrub64\"\n"))
        #expect(try XenGuest(DiskSample.image([], children: "<machine memory=\"9\"/>"), diskFile: "d") == nil)
    }

    @Test func guestsAndDisksOf2007HaveTheirFiles() throws {
        func results(_ image: ResolvedImage) throws -> [String] {
            let steps = try DiskImagePlanner().steps(for: image, tree: .layer("t"), options: CreateOptions())
            return try #require(steps.lazy.compactMap { $0 as? PublishResults }.first).files.map(\.name)
        }
        var image = try DiskSample.image([], children: "<machine xen_loader=\"pygrub\"/>")
        #expect(try results(image).contains("demo.x86_64-1.2.3.xenconfig"))
        image = try DiskSample.image([])
        #expect(try !results(image).contains { $0.hasSuffix(".xenconfig") || $0.hasSuffix(".qemu") })
        image.type.legacy = LegacyFacts(typeName: "vmx", schemaVersion: "1.4")
        image.type.legacy?.sizeRule = LegacyFacts.SizeRule()
        #expect(try results(image).contains("demo.x86_64-1.2.3.qemu"))
        image.type.legacy?.typeName = "xen"
        #expect(try results(image).contains("demo.x86_64-1.2.3.xenconfig"))
    }
}
