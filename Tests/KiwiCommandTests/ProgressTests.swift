import KiwiToolbox
import Testing

@testable import kiwi

@Suite struct ProgressTests {
    @Test func shortStepsLeaveNoLine() {
        var model = ProgressModel()
        #expect(model.take(.stepStarted(id: "a", summary: "pack"), at: 0).isEmpty)
        #expect(model.take(.stepFinished(id: "a", seconds: 0.4, reused: false), at: 0.4).isEmpty)
        _ = model.take(.stepStarted(id: "b", summary: "pack"), at: 1)
        #expect(
            model.take(.stepFinished(id: "b", seconds: 4.2, reused: false), at: 5) == ["done  pack (4.2 s)"])
        #expect(model.take(.stepFinished(id: "c", seconds: 4.2, reused: true), at: 5).isEmpty)
        #expect(model.reused == 1)
    }

    @Test func levelsHide() {
        var quiet = ProgressModel(level: 30)
        #expect(quiet.take(.message(.info, "x"), at: 0).isEmpty)
        #expect(quiet.take(.message(.warning, "x"), at: 0) == ["warning: x"])
        var chatty = ProgressModel(level: 10)
        #expect(chatty.take(.message(.debug, "x"), at: 0) == ["debug: x"])
    }

    @Test func theStatusLineCountsAndEstimates() {
        var model = ProgressModel(live: true)
        #expect(model.status(at: 0, columns: 80) == nil)
        _ = model.take(.stepStarted(id: "i", summary: "initrd"), at: 0)
        _ = model.take(.stepStarted(id: "p", summary: "install packages"), at: 0)
        _ = model.take(.stepProgress(id: "p", done: 50, total: 200, unit: "packages"), at: 10)
        #expect(model.status(at: 10, columns: 80) == "install packages  50/200 packages (25%)  0:30 left  +1")
        #expect(model.status(at: 10, columns: 30) == "install packages  50/200 p...")
        #expect(model.tick(at: 100).isEmpty)
    }

    @Test func plainOutputAnnouncesLongSteps() {
        var model = ProgressModel()
        _ = model.take(.stepStarted(id: "p", summary: "install packages"), at: 0)
        #expect(model.tick(at: 1).isEmpty)
        #expect(model.tick(at: 2) == ["start install packages"])
        _ = model.take(.stepProgress(id: "p", done: 50, total: 0, unit: "MiB"), at: 10)
        #expect(model.tick(at: 20).isEmpty)
        #expect(model.tick(at: 33) == ["still install packages: 50 MiB"])
        #expect(model.status(at: 33, columns: 80) == nil)
    }
}
