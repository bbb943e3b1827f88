import KiwiDiagnostics
import Testing

@testable import KiwiDescription

@Suite struct NoEffectTests {
    private func said(_ change: (inout Sample) -> Void) throws -> [String] {
        var sample = Sample()
        change(&sample)
        return try sample.load().withoutEffect.map(\.message)
    }

    @Test func otherImageTypes() throws {
        let messages = try said {
            $0.type = #"image="iso" fsmountoptions="noatime""#
            $0.typeContent = #"<systemdisk><volume name="home"/></systemdisk><machine memory="1"/>"#
        }
        #expect(
            messages == [
                "'fsmountoptions' of <type> has no effect for the image type 'iso'",
                "<systemdisk> has no effect for the image type 'iso'",
                "<machine> has no effect for the image type 'iso'",
            ])
    }

    @Test func missingCompany() throws {
        let messages = try said {
            $0.type =
                #"image="oem" filesystem="btrfs" format="oci:vmdk" volid="A" bootkernel="b" gcelicense="1""#
            $0.typeContent = """
                <machine memory="1"/><systemdisk name="vg"><volume name="a" size="1G"/></systemdisk>
                """
        }
        #expect(
            messages == [
                "'volid' of <type> has no effect without 'installiso' or 'installstick'",
                "'bootkernel' of <type> has no effect without initrd_system=\"kiwi\"",
                "'gcelicense' of <type> has no effect without format=\"gce\"",
                "'name' of <systemdisk> has no effect without volumes=\"lvm\"",
                "'size' of <volume> has no effect without volumes=\"lvm\"",
            ])
    }

    @Test func otherPlaces() throws {
        let messages = try said {
            $0.type = #"image="docker""#
            $0.typeContent =
                #"<containerconfig name="a"><volumes><volume name="/a" size="1"/></volumes></containerconfig>"#
            $0.sections = #"<drivers><file name="ext4" target="/x"/></drivers>"#
        }
        #expect(
            messages == [
                "'size' of <volume> has no effect in <volumes>",
                "'target' of <file> has no effect in <drivers>",
            ])
    }

    @Test func otherPackageManagers() throws {
        let messages = try said {
            $0.preferences += "<release-version>1</release-version>"
            $0.repository = #"<repository sourcetype="metalink"><source path="buildhost:"/></repository>"#
        }
        #expect(
            messages == [
                "<release-version> has no effect with apt",
                "'sourcetype' of <repository> has no effect with apt",
            ])
    }

    @Test func aKeyMayUseTheRelease() throws {
        let messages = try said {
            $0.preferences += "<release-version>1</release-version>"
            $0.repository =
                #"<repository><source path="buildhost:"><signing key="file:///k-$releasever"/></source></repository>"#
        }
        #expect(messages == [])
    }

    /// A package for a kiwi initrd counts when any type has one, and in a build only when this one has.
    @Test func partsOfAKiwiInitrd() throws {
        var sample = Sample()
        sample.sections = #"<packages type="image"><package name="a" bootinclude="true"/></packages>"#
        #expect(try sample.load().withoutEffect.count == 1)
        sample.preferences += #"<type image="pxe" boot="netboot/x"/>"#
        let loaded = try sample.load()
        #expect(loaded.withoutEffect == [])
        #expect(try loaded.withoutEffect(ResolveRequest(architecture: .x86_64, type: "pxe")) == [])
        #expect(try loaded.withoutEffect(ResolveRequest(architecture: .x86_64, type: "iso")).count == 1)
    }

    /// An archive also reaches initrds of dracut; without any initrd it does not.
    @Test func archivesOfAnInitrd() throws {
        var sample = Sample()
        sample.sections = #"<packages type="image"><archive name="a.tgz" bootinclude="true"/></packages>"#
        sample.type = #"image="tbz""#
        #expect(try sample.load().withoutEffect.count == 1)
        for type in [#"image="iso""#, #"image="kis""#, #"image="pxe" initrd_system="dracut""#] {
            sample.type = type
            #expect(try sample.load().withoutEffect == [])
        }
    }

    /// A build hears about its own type only.
    @Test func otherTypesOfTheDescription() throws {
        var sample = Sample()
        sample.preferences += #"<type image="tbz" fsmountoptions="a"/>"#
        let loaded = try sample.load()
        #expect(loaded.withoutEffect.count == 1)
        #expect(try loaded.withoutEffect(ResolveRequest(architecture: .x86_64, type: "iso")) == [])
    }
}
