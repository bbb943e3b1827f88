import KiwiBoot
import KiwiDescription
import Testing

@Suite struct DracutCallTests {
    private func call(_ options: ResolvedImage.InitrdOptions) -> String {
        var call = DracutCall(
            kernelVersion: "6.1", output: "/run/o", temporaryFolder: "/run/t",
            modules: ["kiwi-live", "pollcdrom"],
            options: options, clock: 5)
        call.install = ["/.profile"]
        call.compressor = "zstd -3"
        return call.call.displayLine
    }

    private let start =
        "dracut --force --reproducible --no-hostonly --no-hostonly-cmdline --no-hostonly-i18n --tmpdir /run/t --kver 6.1"

    @Test func plain() {
        #expect(
            call(.init())
                == "\(start) --add 'kiwi-live pollcdrom' --compress 'zstd -3' --install /.profile /run/o")
    }

    @Test func theDescriptionsModulesAndDrivers() {
        var options = ResolvedImage.InitrdOptions()
        options.addModules = ["network", "kiwi-live"]
        options.omitModules = ["plymouth", "kiwi-live"]
        options.setModules = ["base"]
        options.addDrivers = ["virtio"]
        options.omitDrivers = ["nouveau"]
        #expect(
            call(options)
                == "\(start) --modules 'base kiwi-live pollcdrom' --add 'kiwi-live pollcdrom network' --omit plymouth --add-drivers virtio --omit-drivers nouveau --compress 'zstd -3' --install /.profile /run/o"
        )
    }

    @Test func kernelAndInitrdBecomeOneProgram() {
        var call = DracutCall(
            kernelVersion: "6.1", output: "/run/o", temporaryFolder: "/run/t", modules: [], options: .init(),
            clock: 5)
        call.unifiedKernel = "/boot/vmlinuz-6.1"
        call.commandLine = "quiet root=UUID=1"
        #expect(
            call.call.displayLine
                == "\(start) --uefi --kernel-image /boot/vmlinuz-6.1 --kernel-cmdline 'quiet root=UUID=1' /run/o"
        )
    }
}
