import Foundation
import KiwiDiagnostics

@testable import KiwiDescription

/// A correct description around what a test is about.
struct Sample {
    var image = #"schemaversion="8.5" name="sample""#
    /// Attributes of the one `<type>`.
    var type = #"image="iso""#
    /// Content of the one `<type>`.
    var typeContent = ""
    /// More content of `<preferences>`.
    var preferences = "<version>1.2.3</version><packagemanager>apt</packagemanager>"
    /// The one repository.
    var repository = #"<repository><source path="buildhost:"/></repository>"#
    /// More content of `<image>`.
    var sections = ""
    /// More files of the folder, by name.
    var files: [String: String] = [:]

    var text: String {
        """
        <?xml version="1.0" encoding="utf-8"?>
        <image \(image)>
            <description type="system">
                <author>Ada</author>
                <contact>ada@example.org</contact>
                <specification>A sample</specification>
            </description>
            <preferences>
                \(preferences)
                <type \(type)>\(typeContent)</type>
            </preferences>
            \(repository)
            <packages type="image"><package name="kernel"/></packages>
            <packages type="bootstrap"><package name="filesystem"/></packages>
        \(sections)
        </image>
        """
    }

    func load() throws -> LoadedDescription {
        try TestFolder(files.merging(["config.xml": text]) { $1 }).load()
    }

    /// The codes of everything that is wrong.
    func refusals() throws -> [String] {
        do {
            _ = try load()
            return []
        } catch let failure as Failure {
            return failure.diagnostics.map(\.code)
        }
    }
}

/// A folder that lives as long as the value that holds it.
final class TestFolder {
    let path: String

    init(_ files: [String: String]) throws {
        path = NSTemporaryDirectory() + "kiwi-description-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files { try write(Data(text.utf8), name) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ data: Data, _ name: String) throws {
        let url = URL(fileURLWithPath: path).appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: url)
    }

    func load(_ fileName: String? = nil) throws -> LoadedDescription {
        try DescriptionLoader.load(folder: path, fileName: fileName)
    }
}

/// Reads XML text; fails the test on syntax errors.
func tree(_ text: String) throws -> Document {
    let result = XMLReader.read(Array(text.utf8), file: "sample.xml")
    if let first = result.diagnostics.first { throw first }
    guard let document = result.document else { throw Failure(.descriptionWrong, []) }
    return document
}

func syntaxCodes(_ text: String, limits: ReadingLimits = ReadingLimits()) -> [String] {
    XMLReader.read(Array(text.utf8), file: "sample.xml", limits: limits).diagnostics.map(\.code)
}
